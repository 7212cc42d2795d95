using System.Collections.Concurrent;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>How a loop changes links between two operations, with links that the test makes.</summary>
public sealed class LinkReplacementTests
{
    private const int Length = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData((byte)SuiteCode.None)]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    public async Task AllReduce_LinksReplacedBeforeEveryOperation_GoesOn(byte suite)
    {
        const int Operations = 5;
        var links = new Links((SuiteCode)suite);
        await using var group = MemoryGroup.Create(2, suite: (SuiteCode)suite, replaceLinksFrom: 1, openLinkAgain: rank => (_, operation, _) => links.OpenAsync(rank, operation));
        await group.RunAsync(async member =>
        {
            for (var i = 0; i < Operations; i++)
            {
                var buffer = Enumerable.Repeat(member.Rank + 1, Length).ToArray();
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.All(buffer, value => Assert.Equal(3, value));
            }
        });

        // Every operation but the first; each link was ended before the next carried a byte, and closed when the next operation began.
        Assert.Equal(Enumerable.Range(1, Operations - 1).Select(operation => (ulong)operation), links.Opened.Order().Distinct());
        Assert.Equal(2 * (Operations - 2), links.Ended);
        Assert.Equal(2 * (Operations - 3), links.Closed);
        Assert.Equal(0, links.UsedTooEarly);
    }

    [Fact]
    public async Task AllReduce_NoNewLink_FailsAndSaysWhy()
    {
        await using var group = MemoryGroup.Create(
            2, replaceLinksFrom: 1, openLinkAgain: _ => (_, _, _) => throw new LinkOpenException("the door is shut", new IOException()));
        await group.RunAsync(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask());
        var failures = await Task.WhenAll(group.Members.Select(member => Assert.ThrowsAsync<CollectiveException>(
            () => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask().WaitAsync(Limit))));

        Assert.All(failures, failure => Assert.Equal(CollectiveError.PeerLost, failure.Error));
        Assert.Contains(failures, failure => failure.Message.Contains("the door is shut", StringComparison.Ordinal));
    }

    /// <summary>A link that comes when nobody waits any more is closed and not forgotten.</summary>
    [Fact]
    public async Task Dispose_WhileALinkIsOpened_GivesItUp()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<Link>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var group = MemoryGroup.Create(2, replaceLinksFrom: 1, openLinkAgain: _ => (_, _, stop) =>
        {
            stop.Register(() => cancelled.TrySetResult());
            asked.TrySetResult();
            return late.Task;
        });
        await group.RunAsync(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask());
        var waiting = group.Members[0].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask();
        await asked.Task.WaitAsync(Limit);
        await group.Members[0].DisposeAsync();
        Assert.Equal(CollectiveError.Closed, (await Assert.ThrowsAsync<CollectiveException>(() => waiting.WaitAsync(Limit))).Error);
        await cancelled.Task.WaitAsync(Limit);

        using var pair = LinkPair.Create(SuiteCode.None, 0, 1, 1);
        var (lane, _) = MemoryLane.CreatePair(1024);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        late.SetResult(new Link(1, [new LinkLane(new WatchedLane(lane, () => closed.TrySetResult()), pair.Initiator.CreateSealer(0), pair.Initiator.CreateOpener(0))]));
        await closed.Task.WaitAsync(Limit);
    }

    /// <summary>Makes both ends of each new link when the second of its ranks asks.</summary>
    private sealed class Links(SuiteCode suite)
    {
        private readonly ConcurrentDictionary<ulong, Lazy<(Link First, Link Second)>> _links = new();
        private int _ended;
        private int _closed;
        private int _usedTooEarly;

        public ConcurrentBag<ulong> Opened { get; } = [];

        public int Ended => _ended;

        public int Closed => _closed;

        public int UsedTooEarly => _usedTooEarly;

        public Task<Link> OpenAsync(int rank, ulong operation)
        {
            Opened.Add(operation);
            var (first, second) = _links.GetOrAdd(operation, key => new(() => Create(key))).Value;
            return Task.FromResult(rank == 0 ? first : second);
        }

        private (Link First, Link Second) Create(ulong operation)
        {
            using var keys = LinkPair.Create(suite, 0, 1, 1);
            var (first, second) = MemoryLane.CreatePair(64 * 1024);
            return (Wrap(operation, 1, first, keys.Initiator), Wrap(operation, 0, second, keys.Responder));
        }

        /// <summary>Replaced links end in the order of their operations: one that is used when fewer have ended was used too early.</summary>
        private Link Wrap(ulong operation, int peer, Lane lane, LinkKeys keys)
        {
            var watched = new WatchedLane(lane, () => Interlocked.Increment(ref _closed), () => Interlocked.Increment(ref _ended), () =>
            {
                if (Volatile.Read(ref _ended) < (int)operation - 1)
                {
                    Interlocked.Increment(ref _usedTooEarly);
                }
            });
            return new Link(peer, [new LinkLane(watched, keys.CreateSealer(0), keys.CreateOpener(0))]);
        }
    }

    private sealed class WatchedLane(Lane inner, Action closed, Action? ended = null, Action? used = null) : Lane
    {
        private bool _closed;

        public override int Descriptor => inner.Descriptor;

        public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
        {
            used?.Invoke();
            return inner.TrySend(head, body, out sent);
        }

        public override LaneOutcome TryReceive(Span<byte> destination, out int received) => inner.TryReceive(destination, out received);

        public override void EndSending()
        {
            inner.EndSending();
            ended?.Invoke();
        }

        public override void AttachSignal(Action raise) => inner.AttachSignal(raise);

        public override void Dispose()
        {
            if (!_closed)
            {
                _closed = true;
                inner.Dispose();
                closed();
            }
        }
    }
}
