using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>An operation over the caller's <see cref="Memory{T}"/>, driven by the loop's dedicated thread.</summary>
internal sealed class AsyncOperation<T>(
    Loop loop,
    int rank,
    string communicator,
    Schedule schedule,
    Reducer? reducer,
    TimeSpan timeout,
    ReadOnlyMemory<T> input,
    Memory<T> output,
    CancellationToken cancellationToken) : Operation(schedule, reducer, timeout)
    where T : unmanaged
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationRequest _cancellation = new(loop, rank, cancellationToken);

    public override bool CallerDriven => false;

    /// <summary>Queues the operation.</summary>
    /// <returns>Completes when the loop does not touch the buffers any more.</returns>
    public Task StartAsync()
    {
        if (loop.Start(this) is { } failure)
        {
            return Task.FromException(new CollectiveException(communicator, failure));
        }

        // After queueing: a token that fires from here on finds an operation that it can abort.
        _cancellation.Watch(this);
        return _completion.Task;
    }

    public override OperationBuffers OpenBuffers() => new(BufferView.OverReadOnly(input.Span), BufferView.Over(output.Span));

    public override void End(OperationFailure? failure)
    {
        if (_cancellation.EndAndTestFired(failure))
        {
            _completion.TrySetCanceled(cancellationToken);
        }
        else if (failure is not null)
        {
            _completion.TrySetException(new CollectiveException(communicator, failure));
        }
        else
        {
            _completion.TrySetResult();
        }
    }
}
