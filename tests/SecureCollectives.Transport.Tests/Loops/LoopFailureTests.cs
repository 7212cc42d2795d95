using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Tests how a communicator ends: what each rank learns, and that everything ends.</summary>
public sealed class LoopFailureTests
{
    private const int Small = 32 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time limit of operations that must time out. A rank that is running but has not sent its first frame by then is rightly blamed
    /// as well. Tests therefore begin with a barrier, after which all ranks are running, and the limit far exceeds any delay of a rank.
    /// </summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_RunningOperation_ThrowsCancelledThereAndNamesItElsewhere(bool sync)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = new Attack((_, frame) =>
        {
            started.TrySetResult();
            return [frame];
        });
        await using var group = MemoryGroup.Create(
            3, wrap: (rank, peer, _, lane) => rank == 0 && peer == 1 ? new TamperingLane(lane, 0, watch) : lane);
        using var token = new CancellationTokenSource();
        var cancelled = sync
            ? Task.Run(() => group.Members[0].AllReduce<int>(new int[100], ReduceOp.Sum, token.Token))
            : group.Members[0].AllReduceAsync<int>(new int[100], ReduceOp.Sum, token.Token).AsTask();
        var other = group.Members[1].AllReduceAsync<int>(new int[100], ReduceOp.Sum).AsTask();
        await started.Task.WaitAsync(Limit);
        await token.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Limit));
        Assert.Equal(token.Token, thrown.CancellationToken);
        await AssertFails(other, CollectiveError.Cancelled, culprit: 0);
        await AssertFails(group.Members[2].AllReduceAsync<int>(new int[100], ReduceOp.Sum).AsTask(), CollectiveError.Cancelled, culprit: 0);
        foreach (var member in group.Members)
        {
            await AssertFails(member.BarrierAsync().AsTask(), CollectiveError.Cancelled, culprit: 0);
            Assert.Equal(CollectiveError.Cancelled, Assert.Throws<CollectiveException>(() => member.Barrier()).Error);
        }
    }

    [Fact]
    public async Task Cancel_QueuedOperation_AlsoAbortsEarlierOnes()
    {
        await using var group = MemoryGroup.Create(2);
        using var token = new CancellationTokenSource();
        var first = group.Members[0].BarrierAsync().AsTask();
        var second = group.Members[0].BarrierAsync(token.Token).AsTask();
        var third = Task.Run(() => group.Members[0].Barrier());
        await token.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Limit));
        await AssertFails(first, CollectiveError.Cancelled, culprit: 0);
        await AssertFails(third, CollectiveError.Cancelled, culprit: 0);

        // The first barrier's message may have been sent before; then rank 1 completes that barrier.
        await Record.ExceptionAsync(() => group.Members[1].BarrierAsync().AsTask().WaitAsync(Limit));
        await AssertFails(group.Members[1].BarrierAsync().AsTask(), CollectiveError.Cancelled, culprit: 0);
    }

    [Fact]
    public async Task Cancel_AfterTheOperationSucceeded_ChangesNothing()
    {
        await using var group = MemoryGroup.Create(2);
        using var token = new CancellationTokenSource();
        await group.RunAsync(member => member.BarrierAsync(token.Token).AsTask());
        await group.RunAsync(member => member.Barrier(token.Token));
        await token.CancelAsync();
        await group.RunAsync(member => member.BarrierAsync().AsTask());
    }

    /// <summary>The worlds run at the same time, because each waits for seconds.</summary>
    [Theory]
    [InlineData(0, 2, 3, 5)]
    [InlineData(Small, 2, 4, 5)]
    public Task Timeout_OneRankNeverCalls_AllOthersNameIt(int small, params int[] sizes) =>
        Task.WhenAll(sizes.SelectMany(size => new[] { AssertNamed(size, small, absent: 0), AssertNamed(size, small, absent: size - 1) }));

    [Fact]
    public async Task Timeout_RankStopsAnsweringInTheMiddle_AllNameIt()
    {
        const int Size = 4;
        const int Stopped = 2;
        var stops = false;
        await using var group = MemoryGroup.Create(
            Size,
            chunkBytes: 4096,
            timeout: TimeLimit,
            attribution: new MemoryAttribution(rank => rank == Stopped),
            wrap: (rank, _, _, lane) => rank == Stopped ? new TamperingLane(lane, 0, Silence()) : lane);
        await group.RunAsync(member => member.BarrierAsync().AsTask());
        Volatile.Write(ref stops, true);
        var calls = group.Members.Select(member => member.AllReduceAsync<int>(new int[100_000], ReduceOp.Sum).AsTask()).ToArray();
        foreach (var rank in Enumerable.Range(0, Size).Where(rank => rank != Stopped))
        {
            await AssertFails(calls[rank], CollectiveError.TimedOut, Stopped);
        }

        Attack Silence()
        {
            var passed = 0;
            return new Attack((_, frame) => !Volatile.Read(ref stops) || passed++ < 3 ? [frame] : []);
        }
    }

    /// <summary>A peer with the right keys never stops reporting timeouts. The time for fault attribution is still bounded.</summary>
    [Fact]
    public async Task Timeout_PeerFloodsWithAborts_EndsSoon()
    {
        MemoryLane? peer = null;
        await using var group = MemoryGroup.Create(
            2, timeout: TimeSpan.FromMilliseconds(50), laneCapacity: 1 << 16, wrap: (rank, _, _, lane) =>
        {
            peer = rank == 1 ? (MemoryLane)lane : peer;
            return lane;
        });
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(() =>
        {
            using var sealer = new PlaintextSealer();
            var frame = new byte[FrameFormat.HeaderLength + AbortMessage.Length];
            var notice = frame.AsSpan(FrameFormat.HeaderLength);
            for (ulong number = 0; !stop.IsCancellationRequested; number++)
            {
                new AbortMessage(AbortReason.TimedOut, 1, long.MaxValue - number, 0, 1).Write(notice);
                sealer.Seal(new FrameHeader(FrameKind.Abort, FramePhase.None, AbortMessage.Length, 0, 0, 0, 0), notice, frame, default);
                for (var sent = 0; sent < frame.Length && !stop.IsCancellationRequested;)
                {
                    peer!.TrySend(frame.AsSpan(sent), default, out var more);
                    sent += more;
                }
            }
        });

        await AssertFails(group.Members[0].BarrierAsync().AsTask(), CollectiveError.TimedOut, culprit: 1).WaitAsync(
            TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await flood.WaitAsync(Limit);
    }

    public static TheoryData<string> Mismatches => ["collective", "length", "type", "operator"];

    [Theory]
    [MemberData(nameof(Mismatches))]
    public async Task Calls_Mismatch_NameBothRanksAndBothCalls(string difference)
    {
        await using var group = MemoryGroup.Create(2);
        var first = group.Members[0].AllReduceAsync<int>(new int[10], ReduceOp.Sum).AsTask();
        var (second, theirs) = difference switch
        {
            "collective" => (group.Members[1].BarrierAsync().AsTask(), "Barrier()"),
            "length" => (group.Members[1].AllReduceAsync<int>(new int[11], ReduceOp.Sum).AsTask(), "AllReduce(11 x Int32, Sum"),
            "type" => (group.Members[1].AllReduceAsync<float>(new float[10], ReduceOp.Sum).AsTask(), "AllReduce(10 x Float32, Sum"),
            _ => (group.Members[1].AllReduceAsync<int>(new int[10], ReduceOp.Max).AsTask(), "AllReduce(10 x Int32, Max"),
        };
        foreach (var call in new[] { first, second })
        {
            var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
            Assert.Equal(CollectiveError.CallMismatch, failure.Error);
            Assert.Equal([0, 1], new[] { failure.Culprit, failure.Reporter }.Order());
            Assert.Contains("AllReduce(10 x Int32, Sum", failure.Message, StringComparison.Ordinal);
            Assert.Contains(theirs, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Calls_OneOfFourDiffers_EveryRankLearnsWhoDisagreed()
    {
        await using var group = MemoryGroup.Create(4);
        var calls = group.Members.Select(member => member.AllReduceAsync<int>(new int[member.Rank == 2 ? 9 : 10], ReduceOp.Sum).AsTask())
            .ToArray();
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
            Assert.Equal(CollectiveError.CallMismatch, failure.Error);
            Assert.Contains(2, new[] { failure.Culprit, failure.Reporter });
        }
    }

    [Fact]
    public async Task Dispose_OperationsQueuedAndRunning_FailsThemInBoundedTime()
    {
        var group = MemoryGroup.Create(2);
        var calls = Enumerable.Range(0, 10).Select(_ => group.Members[0].BarrierAsync().AsTask()).ToList();
        calls.Add(Task.Run(() => group.Members[0].Barrier()));
        var watch = Stopwatch.StartNew();
        await group.Members[0].DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));

        foreach (var call in calls[..^1])
        {
            await AssertFails(call, CollectiveError.Closed, culprit: 0);
        }

        // The synchronous call may have come too late to be queued at all.
        Assert.True(await Record.ExceptionAsync(
            () => calls[^1].WaitAsync(Limit)) is CollectiveException { Error: CollectiveError.Closed } or ObjectDisposedException);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => group.Members[0].BarrierAsync().AsTask());
        await AssertFails(group.Members[1].BarrierAsync().AsTask(), CollectiveError.Closed, culprit: 0);
        await group.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_OneRankWhileOthersCall_TheyLearnWhoClosed(bool tcp)
    {
        for (var closing = 0; closing < 3; closing++)
        {
            await using var group = MemoryGroup.Create(
                3, connect: tcp ? () => LoopbackLanes.CreatePair() : null, suite: SuiteCode.Aes256Gcm);
            var calls = group.Members.Where(member => member.Rank != closing)
                .Select(member => member.AllReduceAsync<int>(new int[1_000_000], ReduceOp.Sum).AsTask()).ToArray();
            await group.Members[closing].DisposeAsync();
            foreach (var call in calls)
            {
                await AssertFails(call, CollectiveError.Closed, closing);
            }
        }
    }

    /// <summary>
    /// The peer has done its part of the operation and left at a later one, without receiving ours. Nothing is awaited, but the operation
    /// still cannot complete.
    /// </summary>
    [Fact]
    public async Task Barrier_PeerSendsThenLeavesWithoutReceiving_FailsImmediately()
    {
        MemoryLane? peer = null;
        await using var group = MemoryGroup.Create(2, wrap: (rank, _, _, lane) =>
        {
            peer = rank == 1 ? (MemoryLane)lane : peer;
            return lane;
        });
        var call = new byte[OperationDescriptor.Length];
        new OperationDescriptor(
            CollectiveCode.Barrier, ElementCode.None, OperatorCode.None, AlgorithmCode.RecursiveDoubling, 0, 0).Write(call);
        var notice = new byte[AbortMessage.Length];
        new AbortMessage(AbortReason.Closed, 7, 0, 1, 1).Write(notice);
        using var sealer = new PlaintextSealer();
        var head = new byte[FrameFormat.HeaderLength];
        sealer.Seal(new FrameHeader(FrameKind.Message, FramePhase.None, call.Length, 0, 0, 1, 0), call, head, default);
        Assert.Equal(LaneOutcome.Moved, peer!.TrySend(head, call, out _));
        sealer.Seal(new FrameHeader(FrameKind.Abort, FramePhase.None, notice.Length, 0, 7, 0, 0), notice, head, default);
        Assert.Equal(LaneOutcome.Moved, peer.TrySend(head, notice, out _));
        peer.Dispose();

        await AssertFails(group.Members[0].BarrierAsync().AsTask(), CollectiveError.Closed, culprit: 1);
    }

    /// <summary>
    /// Once its task has completed, even by failing, a buffer belongs to the caller: nothing still in transit may reach it.
    /// </summary>
    [Theory]
    [InlineData((byte)SuiteCode.None)]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    public async Task Cancel_InTheMiddleOfATransfer_NeverTouchesTheBufferAfterwards(byte suite)
    {
        for (var round = 0; round < 10; round++)
        {
            var group = MemoryGroup.Create(2, chunkBytes: 1 << 20, connect: () => LoopbackLanes.CreatePair(), suite: (SuiteCode)suite);
            using var token = new CancellationTokenSource();
            var buffers = new[] { new int[8 << 20], new int[8 << 20] };
            var calls = new[]
            {
                group.Members[0].AllReduceAsync<int>(buffers[0], ReduceOp.Sum, token.Token).AsTask(),
                group.Members[1].AllReduceAsync<int>(buffers[1], ReduceOp.Sum).AsTask(),
            };
            token.CancelAfter(TimeSpan.FromMilliseconds(round));
            for (var rank = 0; rank < 2; rank++)
            {
                var failure = await Record.ExceptionAsync(() => calls[rank].WaitAsync(Limit));
                Assert.True(failure is null or OperationCanceledException or CollectiveException { Error: CollectiveError.Cancelled },
                    $"{failure}");
                buffers[rank].AsSpan().Fill(-7);
            }

            await group.DisposeAsync();
            Assert.All(buffers, buffer => Assert.False(buffer.AsSpan().ContainsAnyExcept(-7)));
        }
    }

    [Fact]
    public async Task Calls_MemoryRevokedByItsOwner_FailsTheCommunicatorOnly()
    {
        await using var group = MemoryGroup.Create(2);
        var memory = new RefusingMemory(10);
        var before = group.Members[0].BarrierAsync().AsTask();
        var call = group.Members[0].AllReduceAsync<int>(memory.Memory, ReduceOp.Sum).AsTask();
        memory.Refuses = true;
        group.Members[1].Barrier();
        await before.WaitAsync(Limit);
        await AssertFails(call, CollectiveError.InternalError, culprit: 0);
        await AssertFails(group.Members[1].AllReduceAsync<int>(new int[10], ReduceOp.Sum).AsTask(), CollectiveError.InternalError,
            culprit: 0);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    public async Task Receive_AbortWithAnImpossibleNumber_IsRefused(ulong operation)
    {
        MemoryLane? peer = null;
        await using var group = MemoryGroup.Create(2, wrap: (rank, _, _, lane) =>
        {
            peer = rank == 1 ? (MemoryLane)lane : peer;
            return lane;
        });
        var notice = new byte[AbortMessage.Length];
        new AbortMessage(AbortReason.TimedOut, 0, operation, 0, 1).Write(notice);
        var head = new byte[FrameFormat.HeaderLength];
        using var sealer = new PlaintextSealer();
        sealer.Seal(new FrameHeader(FrameKind.Abort, FramePhase.None, notice.Length, 0, 0, 0, 0), notice, head, default);
        Assert.Equal(LaneOutcome.Moved, peer!.TrySend(head, notice, out _));

        await AssertFails(group.Members[0].BarrierAsync().AsTask(), CollectiveError.AuthenticationFailed, culprit: 1);
    }

    [Fact]
    public async Task Receive_AbortThatBlamesARankOutsideTheWorld_IsBlamedOnItsSender()
    {
        MemoryLane? peer = null;
        await using var group = MemoryGroup.Create(2, wrap: (rank, _, _, lane) =>
        {
            peer = rank == 1 ? (MemoryLane)lane : peer;
            return lane;
        });
        var notice = new byte[AbortMessage.Length];
        new AbortMessage(AbortReason.PeerLost, 17, 0, 0, 1).Write(notice);
        var head = new byte[FrameFormat.HeaderLength];
        using var sealer = new PlaintextSealer();
        sealer.Seal(new FrameHeader(FrameKind.Abort, FramePhase.None, notice.Length, 0, 0, 0, 0), notice, head, default);
        Assert.Equal(LaneOutcome.Moved, peer!.TrySend(head, notice, out _));

        await AssertFails(group.Members[0].BarrierAsync().AsTask(), CollectiveError.PeerLost, culprit: 1);
    }

    private static async Task AssertNamed(int size, int small, int absent)
    {
        await using var group = MemoryGroup.Create(size, timeout: TimeLimit, smallBytes: small, attribution: new MemoryAttribution());
        await group.RunAsync(member => member.BarrierAsync().AsTask());
        var calls = group.Members.Where(member => member.Rank != absent)
            .Select(member => member.AllReduceAsync<int>(new int[1000], ReduceOp.Sum).AsTask()).ToArray();
        foreach (var call in calls)
        {
            var failure = await AssertFails(call, CollectiveError.TimedOut, absent);
            Assert.True(small == 0 ? failure.Reporter == (absent + 1) % size : failure.Reporter != absent);
            Assert.Contains($"waited for rank {absent}", failure.Message, StringComparison.Ordinal);
        }

        // The awaited rank also learns of the failure, whenever it calls. If all messages of a small operation have already arrived, it
        // learns of the failure in its next call.
        if (small > 0)
        {
            await Record.ExceptionAsync(
                () => group.Members[absent].AllReduceAsync<int>(new int[1000], ReduceOp.Sum).AsTask().WaitAsync(Limit));
        }

        await AssertFails(group.Members[absent].AllReduceAsync<int>(new int[1000], ReduceOp.Sum).AsTask(), CollectiveError.TimedOut,
            absent);
    }

    private static async Task<CollectiveException> AssertFails(Task call, CollectiveError error, int culprit)
    {
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
        Assert.True(failure.Error == error && failure.Culprit == culprit,
            $"expected {error} of rank {culprit}, got: {failure.Error} of rank {failure.Culprit}: {failure.Message}");
        return failure;
    }
}
