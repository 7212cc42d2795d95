using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Answers as a test says, and keeps what it was asked.</summary>
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

    /// <summary>Completes when an operation has stalled, with what it waits for.</summary>
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
