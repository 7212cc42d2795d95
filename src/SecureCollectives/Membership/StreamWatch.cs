using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>
/// Fault attribution for a communicator's Send and Receive streams. Each stream numbers its own operations, and its numbers would denote
/// different operations on other ranks, so reports contain none. A stream that waits for an envelope is waiting for the peer to make its
/// call.
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

    /// <summary>Does nothing: a stream may wait for a sender indefinitely, and only calls that all ranks make can be compared.</summary>
    public void Stalled(LoopWait wait)
    {
    }
}
