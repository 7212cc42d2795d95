using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <content>Who is held responsible: by what this rank waits for, or by what a neighbour says.</content>
internal sealed partial class OperationRun
{
    /// <summary>Ends the operation because of the rank that it waits for.</summary>
    public void TimeOut()
    {
        var (slowest, step) = Slowest();
        Failure ??= new OperationFailure(
            AbortReason.TimedOut,
            slowest,
            Operation.Sequence,
            step,
            Rank,
            $"waited for rank {slowest} for {Operation.Timeout.TotalSeconds:0.###} s, the operation's time limit");
    }

    /// <summary>Takes over what a peer says; who saw it stays named.</summary>
    public void FailByNotice(in AbortNotice notice, int sender)
    {
        // The sender is authenticated, what it says of others is its word alone; a rank outside the world can only be a lie about itself.
        var known = notice.Culprit < (uint)WorldSize && notice.Reporter < (uint)WorldSize;
        var culprit = known ? (int)notice.Culprit : sender;
        var reporter = known ? (int)notice.Reporter : sender;
        Failure ??= new OperationFailure(notice.Reason, culprit, notice.Operation, notice.Step, reporter, Describe(notice.Reason, culprit, reporter));
    }

    /// <summary>What the operation at hand waits for.</summary>
    /// <param name="elapsed">How long it has been running.</param>
    public LoopWait WaitOf(TimeSpan elapsed)
    {
        var (slowest, step) = Slowest();
        return new LoopWait(Operation.Sequence, step, slowest == Rank ? null : slowest, IsRunning: true, elapsed, Operation.Schedule.Descriptor);
    }

    /// <summary>The rank that the operation waits for, this one where it waits for none, and the step since when.</summary>
    private (int Rank, uint Step) Slowest()
    {
        LanePort? slowest = null;
        foreach (var port in Active)
        {
            if (port.AwaitsTransfers && (slowest is null || port.AwaitedStep < slowest.AwaitedStep))
            {
                slowest = port;
            }
        }

        if (slowest is not null)
        {
            return (slowest.Peer, slowest.AwaitedStep);
        }

        foreach (var port in Active)
        {
            if (!port.IsComplete)
            {
                return (port.Peer, _step);
            }
        }

        return (Rank, _step);
    }

    private static string Describe(AbortReason reason, int culprit, int reporter) => reason switch
    {
        AbortReason.PeerLost => $"rank {reporter} lost its connection to rank {culprit}",
        AbortReason.TimedOut => $"rank {reporter} waited for rank {culprit} until the deadline",
        AbortReason.AuthenticationFailed => $"rank {reporter} refused a frame from rank {culprit}, or that rank's certificate has expired",
        AbortReason.CallMismatch => $"ranks {reporter} and {culprit} made different calls; all ranks must make the same calls in the same order",
        AbortReason.Cancelled => $"rank {culprit} cancelled the operation",
        AbortReason.Closed => $"rank {culprit} closed the communicator",
        _ => $"rank {culprit} failed by an internal error; see its log",
    };
}
