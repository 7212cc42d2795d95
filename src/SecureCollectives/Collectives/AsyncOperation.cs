using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// A call over the caller's <see cref="Memory{T}"/>, with one part per channel that it uses, driven by the channels' dedicated threads. It
/// is the source of the caller's <see cref="ValueTask"/> and returns to its pool when the caller has taken the result.
/// </summary>
internal sealed class AsyncOperation<T> : IValueTaskSource, IThreadPoolWorkItem
    where T : unmanaged
{
    private readonly AsyncOperationPool _pool;
    private readonly CancellationRequest _cancellation;
    private readonly CallParts _ending;

    /// <summary>Indexed by channel.</summary>
    private readonly MemoryPart<T>[] _parts;

    /// <summary>
    /// Continuations run on the thread that sets the result, so a pool thread sets it: the loop's thread must not be blocked.
    /// </summary>
    private ManualResetValueTaskSourceCore<bool> _completion;
    private MeasuredOperation _measured;
    private Exception? _exception;

    public AsyncOperation(AsyncOperationPool pool)
    {
        _pool = pool;
        _cancellation = new CancellationRequest(pool.Channels);
        _ending = new CallParts(End);
        _parts = [.. Enumerable.Range(0, pool.Channels.Count).Select(_ => new MemoryPart<T>(_ending))];
    }

    /// <summary>Queues the call.</summary>
    /// <param name="schedules">One schedule for each channel that the call uses.</param>
    /// <param name="reducer">Combines chunks; null if the schedules never reduce.</param>
    /// <param name="timeout">The time limit for each part, from its turn in its queue.</param>
    /// <param name="input">The caller's input; the loops read it until the task completes.</param>
    /// <param name="output">The caller's output; the loops write to it until the task completes.</param>
    /// <param name="cancellationToken">Cancels the call by aborting the communicator on all ranks.</param>
    /// <returns>A task that completes when the loops no longer access the buffers.</returns>
    public ValueTask StartAsync(
        ReadOnlySpan<Schedule> schedules, Reducer? reducer, TimeSpan timeout, ReadOnlyMemory<T> input, Memory<T> output,
            CancellationToken cancellationToken)
    {
        for (var channel = 0; channel < schedules.Length; channel++)
        {
            _parts[channel].Assign(schedules[channel], reducer, timeout);
            _parts[channel].Assign(input, output);
        }

        _ending.Begin(schedules.Length);
        _measured.Begin(_pool.Telemetry, schedules[0], Math.Max(input.Length, output.Length) * (long)Unsafe.SizeOf<T>());
        OperationFailure? refused;
        _cancellation.Watch(_parts[0], cancellationToken);
        try
        {
            refused = _pool.Channels.Start(_parts[0], _parts.AsSpan(1, schedules.Length - 1));
        }
        catch
        {
            _cancellation.EndAndTestFired(null); // The token must not abort the communicator later.
            throw;
        }

        if (refused is not null)
        {
            return ValueTask.FromException(ExceptionFor(refused)!);
        }

        return new ValueTask(this, _completion.Version);
    }

    void IThreadPoolWorkItem.Execute()
    {
        _measured.End(_parts[0].Sequence, _ending.Failure);
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

        // Recycle only after success: a failed operation is never reused, since its communicator has ended.
        _completion.Reset();
        if (_cancellation.IsOver)
        {
            _pool.Return(this);
        }
    }

    /// <summary>Called when the last part has ended.</summary>
    private void End()
    {
        _exception = ExceptionFor(_ending.Failure);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private Exception? ExceptionFor(OperationFailure? failure) =>
        _cancellation.EndAndTestFired(failure) ? _cancellation.ToException()
        : failure is not null ? new CollectiveException(_pool.Communicator, failure)
        : null;
}
