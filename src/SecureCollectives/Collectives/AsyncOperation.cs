using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// A call over the caller's <see cref="Memory{T}"/>, with a part in each channel that it takes, driven by the channels' dedicated threads.
/// It is the source of the caller's
/// <see cref="ValueTask"/>, and goes back to its pool when the caller has taken the result.
/// </summary>
internal sealed class AsyncOperation<T> : IValueTaskSource, IThreadPoolWorkItem
    where T : unmanaged
{
    private readonly AsyncOperationPool _pool;
    private readonly CancellationRequest _cancellation;
    private readonly CallParts _ending;

    /// <summary>By channel.</summary>
    private readonly MemoryPart<T>[] _parts;

    /// <summary>Continuations run where the result is set, which is on a thread of the pool: the loop's own must not be kept.</summary>
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
    /// <param name="schedules">For each channel that it takes.</param>
    /// <param name="reducer">Combines chunks; null where the schedules never reduce.</param>
    /// <param name="timeout">How long each part may take from its turn in its queue.</param>
    /// <param name="input">The caller's input.</param>
    /// <param name="output">The caller's output.</param>
    /// <param name="cancellationToken">Aborts the communicator.</param>
    /// <returns>Completes when no loop touches the buffers any more.</returns>
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
            _cancellation.EndAndTestFired(null); // Its token must not abort the communicator later.
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

        // Only here, after success: nothing of a failed operation is used again, its communicator has ended.
        _completion.Reset();
        if (_cancellation.IsOver)
        {
            _pool.Return(this);
        }
    }

    /// <summary>The last part has ended.</summary>
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
