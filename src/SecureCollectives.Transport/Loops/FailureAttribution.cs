using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <summary>Obtains the attribution of a failure before it ends a communicator.</summary>
/// <param name="ending">Shared by all loops of the communicator: only the first failure is attributed.</param>
/// <param name="run">The operation that failed.</param>
/// <param name="observer">Tells how long the operation has been running.</param>
/// <param name="options">The service that attributes failures, and how long it may take.</param>
internal sealed class FailureAttribution(SharedEnding ending, OperationRun run, LoopObserver observer, LoopOptions options)
{
    /// <param name="observed">The failure that this rank observed or that a peer reported.</param>
    /// <param name="next">The number of the next operation, which represents this rank's progress if no operation is running.</param>
    /// <returns>The attributed failure, or <paramref name="observed"/> if there is none. An orderly end needs no attribution.</returns>
    public OperationFailure Attribute(OperationFailure observed, ulong next)
    {
        // If a loop counts its own operations, its numbers mean nothing to the other loops and the caller.
        var shared = options.CountsAlone ? observed with { Operation = 0, Step = 0 } : observed;
        return ending.Attribute(shared, () => Explain(shared, next), 2 * options.AttributionTimeout, CompleteBefore(observed));
    }

    /// <summary>
    /// Returns the first operation that the other loops must fail. Earlier ones may still complete, because a peer that closes has
    /// completed its part of them. If this loop counts its own operations, the other loops learn the number from their own lanes.
    /// </summary>
    private ulong CompleteBefore(OperationFailure observed) =>
        observed.Reason != AbortReason.Closed || observed.Culprit == run.Rank ? 0
        : options.CountsAlone ? ulong.MaxValue
        : observed.Operation;

    private OperationFailure Explain(OperationFailure observed, ulong next)
    {
        if (options.Attribution is not { } attribution || observed.Reason == AbortReason.Closed)
        {
            return observed;
        }

        try
        {
            var answer = attribution.AttributeAsync(
                observed, run.HasBegun && !run.IsComplete ? run.WaitOf(observer.Elapsed) : LoopWait.Idle(next));
            return answer.Wait(options.AttributionTimeout) ? answer.GetAwaiter().GetResult() : observed;
        }
        catch (Exception)
        {
            // This rank's own observation stands even if attribution fails.
            return observed;
        }
    }
}
