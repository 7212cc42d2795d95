using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>The loops of a communicator with several channels: each heals on its own, and all end together for the same reason.</summary>
public sealed class ChannelTests
{
    private const int Channels = 3;
    private const int ChannelBytes = 4096;

    /// <summary>The number of elements of an operation that uses all channels.</summary>
    private const int Length = Channels * ChannelBytes / sizeof(int);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Operations_OneChannelCut_IsHealedAndTheOthersKeepTheirLinks(int channel)
    {
        var cuts = 0;
        var keeper = new MemoryLinkKeeper();
        await using var group = Create(2, keeper,
            (rank, _, lane, inner) => rank == 0 && lane == channel && cuts < 3 ? new CuttingLane(inner, 9000, () => cuts++) : inner);
        await CheckedOperations.RunAsync(group, 6);

        Assert.Equal(3, cuts);
        Assert.Equal(3, keeper.Replaced);
        Assert.All(Enumerable.Range(0, Channels), other => Assert.Equal(other == channel ? 3 : 0, keeper.ReplacedIn(other)));
    }

    /// <summary>
    /// No matter which channel fails and how a rank calls, the calls of all ranks fail with the same error and call number.
    /// </summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task Operations_OneChannelRefusesAFrame_AllEndForOneReason(int channel, bool sync)
    {
        await using var group = Create(
            3,
            keeper: null,
            (rank, peer, lane, inner) => rank == 1 && peer == 2 && lane == channel
                ? new TamperingLane(inner, TagLength.Of(SuiteCode.Aes256Gcm), Attack.FlipBitFromEnd(2, 3)) : inner);
        await group.RunAsync(member => member.BarrierAsync().AsTask());
        var calls = group.Members.Select(member => sync
            ? OnItsOwnThreadAsync(member, CancellationToken.None)
            : member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask()).ToArray();
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
            Assert.Equal((CollectiveError.AuthenticationFailed, 1, 2, 1L),
                (failure.Error, failure.Culprit, failure.Reporter, failure.Operation));
        }

        foreach (var member in group.Members)
        {
            var later = await Assert.ThrowsAsync<CollectiveException>(() => member.BarrierAsync().AsTask().WaitAsync(Limit));
            Assert.Equal((CollectiveError.AuthenticationFailed, 1), (later.Error, later.Culprit));
        }
    }

    /// <summary>The loops request attribution of one failure, and all end with the answer that the first of them gets.</summary>
    [Fact]
    public async Task Failure_OfSeveralChannels_IsAttributedOnce()
    {
        var asked = 0;
        var verdict = new OperationFailure(AbortReason.PeerLost, 1, 1, 7, 0, "the verdict");
        await using var group = Create(
            2,
            keeper: null,
            (rank, _, lane, inner) => rank == 0 ? new CuttingLane(inner, 1000 + lane) : inner,
            _ => new StubAttribution(async observed =>
            {
                Interlocked.Increment(ref asked);
                await Task.Yield();
                return verdict;
            }));
        var calls = group.Members.Select(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask()).ToArray();
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
            Assert.Equal((CollectiveError.PeerLost, 1, 7L), (failure.Error, failure.Culprit, failure.Step));
        }

        Assert.Equal(group.Members.Length, asked);
    }

    /// <summary>The caller gets its memory back when the last channel has released it, not when the first has.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_OneChannelStillHasTheBuffer_CompletesAfterIt(bool sync)
    {
        StuckLane? stuck = null;
        HeldLane? first = null;
        await using var group = Create(2, keeper: null, (rank, _, lane, inner) => (rank, lane) switch
        {
            (0, 0) => first = new HeldLane(inner, long.MaxValue),
            (0, 1) => stuck = new StuckLane(inner),
            _ => inner,
        });
        using var token = new CancellationTokenSource();
        var call = sync
            ? OnItsOwnThreadAsync(group.Members[0], token.Token)
            : group.Members[0].AllReduceAsync<int>(new int[Length], ReduceOp.Sum, token.Token).AsTask();
        await stuck!.Entered.WaitAsync(Limit);
        await token.CancelAsync();

        // Channel 0 has ended and its lanes are closed; channel 1's thread is in the middle of the operation.
        await first!.Disposed.WaitAsync(Limit);
        Assert.False(call.IsCompleted);
        stuck.Let();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Limit));
        await Assert.ThrowsAsync<CollectiveException>(
            () => group.Members[1].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask().WaitAsync(Limit));
    }

    /// <summary>A peer that leaves has done its part of all earlier operations, so those still complete on the other channels.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_PeerLeavesWhileAnotherChannelIsOneOperationBehind_ThatCompletesUnlessThisRankLeavesToo(bool leaves)
    {
        // The descriptor and the first chunk of a part; then the second chunk, but not the acknowledgement, which the peer sends once it
        // has both chunks of the other direction.
        const int Chunk = FrameFormat.HeaderLength + (Length / Channels * sizeof(int) / 2);
        const int First = FrameFormat.HeaderLength + OperationDescriptor.Length + Chunk;
        HeldLane? held = null;
        HeldLane? peers = null;
        await using var group = Create(
            2,
            keeper: null,
            (rank, _, lane, inner) =>
                lane != 1 ? inner : rank == 0 ? held = new HeldLane(inner, First + Chunk) : peers = new HeldLane(inner, First),
            suite: SuiteCode.None);
        var earlier = group.Members[0].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask();
        var peersCall = group.Members[1].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask();
        await held!.Brought.WaitAsync(Limit);
        peers!.Release();
        await peersCall.WaitAsync(Limit);
        var later = group.Members[0].BarrierAsync().AsTask();
        await group.Members[1].DisposeAsync();

        var failure = await Assert.ThrowsAsync<CollectiveException>(() => later.WaitAsync(Limit));
        Assert.Equal((CollectiveError.Closed, 1), (failure.Error, failure.Culprit));
        Assert.False(earlier.IsCompleted);
        if (leaves)
        {
            await group.Members[0].DisposeAsync();
            await Assert.ThrowsAsync<CollectiveException>(() => earlier.WaitAsync(Limit));
            return;
        }

        held.Release();
        await earlier.WaitAsync(Limit);
    }

    [Fact]
    public async Task Call_DiffersFromThePeers_NamesBothWholeCalls()
    {
        await using var group = Create(2, keeper: null, (_, _, _, lane) => lane);
        var calls = group.Members.Select(member => member.AllReduceAsync<int>(new int[Length + member.Rank], ReduceOp.Sum).AsTask())
            .ToArray();
        foreach (var call in calls)
        {
            Assert.Equal(CollectiveError.CallMismatch, (await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit))).Error);
        }
    }

    [Fact]
    public async Task Dispose_Idle_LeavesNoThread()
    {
        var group = MemoryGroup.Create(2, channels: 4, channelBytes: ChannelBytes, name: "leaving");
        await group.RunAsync(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask());
        Assert.Equal(2 * 4, Threads());
        await group.DisposeAsync();
        Assert.True(SpinWait.SpinUntil(() => Threads() == 0, Limit));

        // The kernel keeps only 15 characters of a thread's name.
        static int Threads() => Directory.EnumerateDirectories("/proc/self/task").Count(static task =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(task, "comm")).StartsWith("leaving ", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        });
    }

    private static Task OnItsOwnThreadAsync(Communicator member, CancellationToken cancellationToken) => OwnThread.RunAsync(() =>
    {
        member.AllReduce<int>(new int[Length], ReduceOp.Sum, cancellationToken);
        return Task.CompletedTask;
    });

    private static MemoryGroup Create(
        int size,
        MemoryLinkKeeper? keeper,
        Func<int, int, int, Lane, Lane> wrap,
        Func<int, IFaultAttribution?>? attributionOf = null,
        SuiteCode suite = SuiteCode.Aes256Gcm) => MemoryGroup.Create(
            size, chunkBytes: ChannelBytes, suite: suite, smallBytes: 512, keeper: keeper, wrap: wrap, attributionOf: attributionOf,
                channels: Channels, channelBytes: ChannelBytes);
}
