using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Loops;

/// <content>What others may ask of a loop, and what it asks of others when it has failed.</content>
internal sealed partial class Loop
{
    private readonly LoopObserver _observer = new();

    /// <summary>
    /// What the loop waits for; from any thread. A loop that has failed does not answer: who asks sets a limit, and knows of the failure by <see cref="IFaultAttribution"/>.
    /// </summary>
    public Task<LoopWait> ObserveAsync()
    {
        Task<LoopWait> answer;
        lock (_gate)
        {
            if (!_batonHeld)
            {
                return Task.FromResult(LoopWait.Idle(_nextSequence));
            }

            answer = _observer.AskAsync();
        }

        _signal.Raise();
        return answer;
    }

    private void AnswerObserver()
    {
        if (_observer.IsAsked)
        {
            _observer.Answer(_run.WaitOf(_observer.Elapsed));
        }
    }

    /// <summary>Why the communicator ends: what was seen here, or what explains it. An orderly end explains itself.</summary>
    private OperationFailure Attribute(OperationFailure observed)
    {
        if (_options.Attribution is not { } attribution || observed.Reason == AbortReason.Closed)
        {
            return observed;
        }

        try
        {
            var answer = attribution.AttributeAsync(observed, _run.HasBegun && !_run.IsComplete ? _run.WaitOf(_observer.Elapsed) : LoopWait.Idle(NextSequence));
            return answer.Wait(_options.AttributionTimeout) ? answer.GetAwaiter().GetResult() : observed;
        }
        catch (Exception)
        {
            // What this rank saw is true whatever became of the question.
            return observed;
        }
    }
}
