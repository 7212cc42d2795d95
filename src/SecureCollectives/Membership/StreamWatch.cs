using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>
/// Fault attribution for a communicator's streams of Send and Receive. Streams count operations by themselves, and their numbers would mean
/// other operations to other ranks, so their reports name none. A stream that waits for an envelope waits for the peer's call.
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

    /// <summary>Does nothing: a stream waits as long as nobody sends, and only calls of all ranks can be compared.</summary>
    public void Stalled(LoopWait wait)
    {
    }
}
