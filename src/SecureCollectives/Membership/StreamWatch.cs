using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Membership;

/// <summary>
/// The same communicator as the streams of Send and Receive see it. Their numbers are their own and would mean other operations to the other ranks: what they report is of no
/// operation.
/// </summary>
/// <param name="watch">The communicator.</param>
internal sealed class StreamWatch(CommunicatorWatch watch) : IFaultAttribution
{
    public Task<OperationFailure> AttributeAsync(OperationFailure observed, LoopWait wait) =>
        watch.AttributeAsync(observed with { Operation = 0, Step = 0 }, LoopWait.Idle(0));

    /// <summary>A stream waits as long as nobody sends: calls are compared where ranks meet in an operation.</summary>
    public void Stalled(LoopWait wait)
    {
    }
}
