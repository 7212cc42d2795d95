using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Answers as the test specifies, and records the requests.</summary>
internal sealed class StubAttribution(Func<OperationFailure, Task<OperationFailure>> answer) : IFaultAttribution
{
    private readonly List<(OperationFailure Observed, LoopWait Wait)> _asked = [];

    public IReadOnlyList<(OperationFailure Observed, LoopWait Wait)> Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>Completes once an operation has stalled, and says what the operation is waiting for.</summary>
    public TaskCompletionSource<LoopWait> HasStalled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Stalled(LoopWait wait) => HasStalled.TrySetResult(wait);

    public Task<OperationFailure> AttributeAsync(OperationFailure observed, LoopWait wait)
    {
        lock (_asked)
        {
            _asked.Add((observed, wait));
        }

        return answer(observed);
    }
}
