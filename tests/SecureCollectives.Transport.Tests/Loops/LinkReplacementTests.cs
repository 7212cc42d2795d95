using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
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
        var links = new ReplacedLinks((SuiteCode)suite);
        await using var group = MemoryGroup.Create(2, suite: (SuiteCode)suite, replaceLinksFrom: 1, openLinkAgain: links.OpenAgain);
        await group.RunAsync(async member =>
        {
            for (var i = 0; i < Operations; i++)
            {
                var buffer = Enumerable.Repeat(member.Rank + 1, Length).ToArray();
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.All(buffer, value => Assert.Equal(3, value));
            }
        });

        // Every operation but the first; each link was ended by both before the next carried a byte, and closed when the next operation began.
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
        var watched = new WatchedLane(lane) { Closed = () => closed.TrySetResult() };
        late.SetResult(new Link(1, [new LinkLane(watched, pair.Initiator.CreateSealer(0), pair.Initiator.CreateOpener(0))]));
        await closed.Task.WaitAsync(Limit);
    }
}
