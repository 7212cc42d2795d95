using System.Threading.Tasks.Sources;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// An operation over the caller's <see cref="Memory{T}"/>, driven by the loop's dedicated thread. It is the source of the caller's <see cref="ValueTask"/>, and
/// goes back to its pool when the caller has taken the result.
/// </summary>
internal sealed class AsyncOperation<T>(AsyncOperationPool pool) : Operation, IValueTaskSource, IThreadPoolWorkItem
    where T : unmanaged
{
    private readonly CancellationRequest _cancellation = new(pool.Loop, pool.Rank);

    /// <summary>Continuations run where the result is set, which is on a thread of the pool: the loop's own must not be kept.</summary>
    private ManualResetValueTaskSourceCore<bool> _completion;
    private ReadOnlyMemory<T> _input;
    private Memory<T> _output;
    private Exception? _exception;

    public override bool CallerDriven => false;

    /// <summary>Queues the operation, whose call was assigned.</summary>
    /// <returns>Completes when the loop does not touch the buffers any more.</returns>
    public ValueTask StartAsync(ReadOnlyMemory<T> input, Memory<T> output, CancellationToken cancellationToken)
    {
        _input = input;
        _output = output;
        OperationFailure? refused;
        _cancellation.Watch(this, cancellationToken);
        try
        {
            refused = pool.Loop.Start(this);
        }
        catch
        {
            _cancellation.EndAndTestFired(null); // Its token must not abort the communicator later.
            throw;
        }

        if (refused is not null)
        {
            return ValueTask.FromException(ExceptionFor(refused)!);
        }

        return new ValueTask(this, _completion.Version);
    }

    public override OperationBuffers OpenBuffers() => new(BufferView.OverReadOnly(_input.Span), BufferView.Over(_output.Span));

    public override void End(OperationFailure? failure)
    {
        _exception = ExceptionFor(failure);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_exception is null)
        {
            _completion.SetResult(true);
        }
        else
        {
            _completion.SetException(_exception);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token)
    {
        _completion.GetResult(token);

        // Only here, after success: nothing of a failed operation is used again, its communicator has ended.
        _completion.Reset();
        _input = default;
        _output = default;
        if (_cancellation.IsOver)
        {
            pool.Return(this);
        }
    }

    private Exception? ExceptionFor(OperationFailure? failure) =>
        _cancellation.EndAndTestFired(failure) ? _cancellation.ToException()
        : failure is not null ? new CollectiveException(pool.Communicator, failure)
        : null;
}
