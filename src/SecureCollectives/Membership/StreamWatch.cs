using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>
/// The same communicator as the streams of Send and Receive see it. Their numbers are their own and would mean other operations to the
/// other ranks: what they report is of no operation. A stream that waits for an envelope waits for the peer's call.
/// </summary>
/// <param name="watch">The communicator.</param>
internal sealed class StreamWatch(CommunicatorWatch watch) : IFaultAttribution
{
    public Task<OperationFailure> AttributeAsync(OperationFailure observed, LoopWait wait)
    {
        var awaitsCall = observed.Reason == AbortReason.TimedOut && wait is { Call.Collective: CollectiveCode.Envelope };
        return watch.AttributeAsync(
            observed, LoopWait.Idle(0) with { WaitedFor = awaitsCall ? observed.Culprit : null, Elapsed = wait.Elapsed });
    }

    /// <summary>A stream waits as long as nobody sends: calls are compared where ranks meet in an operation.</summary>
    public void Stalled(LoopWait wait)
    {
    }
}
