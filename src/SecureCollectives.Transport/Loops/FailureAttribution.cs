using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <summary>Has a failure explained before it ends a communicator.</summary>
/// <param name="ending">Of all loops of the communicator: one failure is explained, the first.</param>
/// <param name="run">The operation that failed.</param>
/// <param name="observer">Knows how long it has been running.</param>
/// <param name="options">Who explains, and how long that may take.</param>
internal sealed class FailureAttribution(SharedEnding ending, OperationRun run, LoopObserver observer, LoopOptions options)
{
    /// <param name="observed">What was seen here, or told.</param>
    /// <param name="next">The next operation's number.</param>
    /// <returns>What explains it, or else what was observed. An orderly end explains itself.</returns>
    public OperationFailure Attribute(OperationFailure observed, ulong next)
    {
        // To the other loops, and to the caller, the number of a loop that counts alone means nothing.
        var shared = options.CountsAlone ? observed with { Operation = 0, Step = 0 } : observed;
        return ending.Attribute(shared, () => Explain(shared, next), 2 * options.AttributionTimeout, CompleteBefore(observed));
    }

    /// <summary>
    /// The operations before which the other loops go on: a peer that closes has done its part of all earlier ones. Where the loop counts
    /// alone they hear from their own lanes which that are.
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
            // What this rank saw is true whatever became of the question.
            return observed;
        }
    }
}
