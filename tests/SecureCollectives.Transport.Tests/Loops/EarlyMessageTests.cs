using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Messages of small operations that arrive before their step are kept for it, and do not block later messages.</summary>
public sealed class EarlyMessageTests
{
    private const int Small = 32 * 1024;

    /// <summary>A third of an operation's time limit. Anything noticed only at the time limit is noticed too late.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static TheoryData<byte, int, int, int, int> Worlds()
    {
        var worlds = new TheoryData<byte, int, int, int, int>();
        foreach (var suite in new[] { SuiteCode.None, SuiteCode.Aes256Gcm })
        {
            foreach (var length in new[] { 1, Small / sizeof(int) })
            {
                // The partner of rank 1 never calls, so that rank 1 waits for it before the sender's message is due.
                worlds.Add((byte)suite, 3, 2, 1, length);
                worlds.Add((byte)suite, 5, 2, 1, length);
                worlds.Add((byte)suite, 9, 2, 1, length);
            }
        }

        return worlds;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Cancel_BehindAnEarlyMessage_IsNoticedSoon(byte suite, int world, int sender, int taker, int length)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tag = TagLength.Of((SuiteCode)suite);
        var watch = new Attack((_, frame) =>
        {
            sent.TrySetResult();
            return [frame];
        });
        await using var group = MemoryGroup.Create(
            world, smallBytes: Small, suite: (SuiteCode)suite, laneCapacity: 1 << 17, wrap: (rank, peer, _, lane) =>
                (rank, peer) == (sender, taker) ? new TamperingLane(lane, tag, watch) : lane);
        using var token = new CancellationTokenSource();
        var call = group.Members[taker].AllReduceAsync<int>(new int[length], ReduceOp.Sum).AsTask();
        var cancelled = group.Members[sender].AllReduceAsync<int>(new int[length], ReduceOp.Sum, token.Token).AsTask();
        await sent.Task.WaitAsync(Limit);
        await token.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Limit));
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
        Assert.Equal((CollectiveError.Cancelled, sender), (failure.Error, failure.Culprit));
    }

    /// <summary>
    /// All ranks but one send as much as they can. The last one calls after its neighbour has received a message that is not due: the kept
    /// message is applied in its turn.
    /// </summary>
    [Theory]
    [InlineData((byte)SuiteCode.None, 3, 1)]
    [InlineData((byte)SuiteCode.Aes256Gcm, 5, Small / sizeof(int))]
    [InlineData((byte)SuiteCode.ChaCha20Poly1305, 6, 5000)]
    public async Task AllReduce_OneRankIsLate_ReturnsTheSum(byte suite, int world, int length)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = FrameFormat.HeaderLength + OperationDescriptor.Length + (length * sizeof(int)) + TagLength.Of((SuiteCode)suite);
        await using var group = MemoryGroup.Create(
            world,
            smallBytes: Small,
            suite: (SuiteCode)suite,
            laneCapacity: 1 << 17,
            wrap: (rank, peer, _, lane) =>
                rank == 1 && peer == (world == 6 ? 3 : 2) ? new CountingLane(lane, message, () => taken.TrySetResult()) : lane);
        await group.RunAsync(async member =>
        {
            for (var round = 0; round < 5; round++)
            {
                if (member.Rank == 0)
                {
                    await taken.Task.WaitAsync(Limit);
                }

                var buffer = Enumerable.Range(0, length).Select(element => element + member.Rank + round).ToArray();
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.Equal(Enumerable.Range(0, length).Select(element => (world * (element + round)) + (world * (world - 1) / 2)),
                    buffer);
            }
        });
    }

    /// <summary>A peer can be at most one message ahead within an operation; a member that sends more cannot fill memory.</summary>
    [Fact]
    public async Task Receive_SecondEarlyMessage_IsRefused()
    {
        MemoryLane? peer = null;
        await using var group = MemoryGroup.Create(3, wrap: (rank, other, _, lane) =>
        {
            peer = (rank, other) == (2, 1) ? (MemoryLane)lane : peer;
            return lane;
        });
        using var sealer = new PlaintextSealer();
        SendBarrier(peer!, sealer, 0, 1);
        SendBarrier(peer!, sealer, 0, 1);

        var failure = await Assert.ThrowsAsync<CollectiveException>(() => group.Members[1].BarrierAsync().AsTask().WaitAsync(Limit));
        Assert.Equal((CollectiveError.AuthenticationFailed, 2), (failure.Error, failure.Culprit));
    }

    /// <summary>
    /// A peer that needs nothing from this rank may be operations ahead: their frames wait in the lane, even behind a kept message.
    /// </summary>
    [Fact]
    public async Task Receive_NextOperationsBehindAnEarlyMessage_Wait()
    {
        const int Operations = 5;
        MemoryLane? peer = null;
        await using var group = MemoryGroup.Create(3, wrap: (rank, other, _, lane) =>
        {
            peer = (rank, other) == (2, 1) ? (MemoryLane)lane : peer;
            return lane;
        });
        using var sealer = new PlaintextSealer();
        for (var operation = 0UL; operation < Operations; operation++)
        {
            SendBarrier(peer!, sealer, operation, 1);
        }

        for (var operation = 0; operation < Operations; operation++)
        {
            await Task.WhenAll(group.Members[1].BarrierAsync().AsTask(), group.Members[0].BarrierAsync().AsTask()).WaitAsync(Limit);
        }
    }

    /// <summary>Everything that can be checked about a message is checked when it arrives, not when it is due.</summary>
    [Theory]
    [InlineData(2, CollectiveError.AuthenticationFailed)]
    [InlineData(1, CollectiveError.CallMismatch)]
    public async Task Receive_InvalidEarlyMessage_FailsSoon(uint step, CollectiveError error)
    {
        MemoryLane? peer = null;
        await using var group = MemoryGroup.Create(3, smallBytes: Small, wrap: (rank, other, _, lane) =>
        {
            peer = (rank, other) == (2, 1) ? (MemoryLane)lane : peer;
            return lane;
        });
        using var sealer = new PlaintextSealer();
        SendBarrier(peer!, sealer, 0, step);

        var call = error == CollectiveError.CallMismatch
            ? group.Members[1].AllReduceAsync<int>(new int[1], ReduceOp.Sum) : group.Members[1].BarrierAsync();
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.AsTask().WaitAsync(Limit));
        Assert.Equal((error, 2), (failure.Error, failure.Culprit));
    }

    private static void SendBarrier(MemoryLane peer, PlaintextSealer sealer, ulong operation, uint step)
    {
        var call = new byte[OperationDescriptor.Length];
        new OperationDescriptor(
            CollectiveCode.Barrier, ElementCode.None, OperatorCode.None, AlgorithmCode.RecursiveDoubling, 0, 0).Write(call);
        var head = new byte[FrameFormat.HeaderLength];
        sealer.Seal(new FrameHeader(FrameKind.Message, FramePhase.None, call.Length, 0, operation, step, 0), call, head, default);
        Assert.Equal(LaneOutcome.Moved, peer.TrySend(head, call, out _));
    }

    /// <summary>Reports when its loop has received a number of bytes.</summary>
    private sealed class CountingLane(Lane inner, int bytes, Action taken) : Lane
    {
        private int _left = bytes;

        public override int Descriptor => inner.Descriptor;

        public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent) =>
            inner.TrySend(head, body, out sent);

        public override LaneOutcome TryReceive(Span<byte> destination, out int received)
        {
            var outcome = inner.TryReceive(destination, out received);
            _left -= received;
            if (_left <= 0)
            {
                taken();
            }

            return outcome;
        }

        public override void EndSending() => inner.EndSending();

        public override void AttachSignal(Action raise) => inner.AttachSignal(raise);

        public override void Dispose() => inner.Dispose();
    }
}
