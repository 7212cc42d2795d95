using SecureCollectives.Framing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>
/// A peer that gives up at a later operation than this rank's may still learn what happened at this one, and pass it on.
/// </summary>
public sealed class AbortSendingTests
{
    /// <summary>A third of an operation's time limit.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receive_AbortOfThisOperationBehindOneOfALater_EndsIt(bool timedOut)
    {
        // In a world of 4 a barrier does not use the link between ranks 0 and 3.
        await using var group = Create(4, out var peer);
        Send(peer, 0, new AbortMessage(AbortReason.TimedOut, 1, 1, 0, 3));
        Send(peer, 1, timedOut ? new AbortMessage(AbortReason.TimedOut, 2, 0, 0, 3) : new AbortMessage(AbortReason.PeerLost, 2, 0, 0, 3));

        var failure = await Assert.ThrowsAsync<CollectiveException>(() => group.Members[0].BarrierAsync().AsTask().WaitAsync(Limit));
        Assert.Equal((timedOut ? CollectiveError.TimedOut : CollectiveError.PeerLost, 2, 3),
            (failure.Error, failure.Culprit, failure.Reporter));
    }

    /// <summary>A peer that sends one abort after another cannot keep the loop from enforcing its time limit.</summary>
    [Fact]
    public async Task Receive_EndlessAbortsOfLaterOperations_TimesOutInTime()
    {
        await using var group = Create(4, out var peer, TimeSpan.FromMilliseconds(200));
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(() =>
        {
            for (var number = 0UL; !stop.IsCancellationRequested; number++)
            {
                Send(peer, number, new AbortMessage(AbortReason.TimedOut, 1, 1, 0, 3), stop.Token);
            }
        });
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => group.Members[0].BarrierAsync().AsTask().WaitAsync(Limit));
        await stop.CancelAsync();
        await flood.WaitAsync(Limit);
        Assert.Equal(CollectiveError.TimedOut, failure.Error);
    }

    private static MemoryGroup Create(int size, out MemoryLane peer, TimeSpan? timeout = null)
    {
        MemoryLane? found = null;
        var group = MemoryGroup.Create(size, timeout: timeout, wrap: (rank, other, _, lane) =>
        {
            found = (rank, other) == (3, 0) ? (MemoryLane)lane : found;
            return lane;
        });
        peer = found!;
        return group;
    }

    private static void Send(MemoryLane peer, ulong number, AbortMessage notice, CancellationToken stop = default)
    {
        var frame = new byte[FrameFormat.HeaderLength + AbortMessage.Length];
        notice.Write(frame.AsSpan(FrameFormat.HeaderLength));
        FrameWriter.WriteHeader(
            new FrameHeader(FrameKind.Abort, FramePhase.None, AbortMessage.Length, number, notice.Operation, notice.Step, 0), frame);
        for (var sent = 0; sent < frame.Length && !stop.IsCancellationRequested;)
        {
            peer.TrySend(frame.AsSpan(sent), default, out var more);
            sent += more;
        }
    }
}
