using SecureCollectives.Telemetry;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// A synchronous call over the caller's spans. The caller's thread drives the part in channel 0; the threads of the other channels drive
/// the other parts. Can be reused for one call after another.
/// </summary>
internal sealed class CallerCall : IDisposable
{
    private readonly ChannelSet _channels;
    private readonly CallerOperation _first = new();
    private readonly CancellationRequest _cancellation;
    private readonly ManualResetEventSlim _othersEnded = new();
    private readonly CallParts _ending;

    /// <summary>The parts in channels 1, 2, ...</summary>
    private readonly PinnedPart[] _others;

    public CallerCall(ChannelSet channels)
    {
        _channels = channels;
        _cancellation = new CancellationRequest(channels);
        _ending = new CallParts(_othersEnded.Set);
        _others = [.. Enumerable.Range(1, channels.Count - 1).Select(_ => new PinnedPart(_ending))];
    }

    /// <summary>Whether it can serve another call: no callback of the last one is outstanding.</summary>
    public bool IsOver => _cancellation.IsOver;

    /// <summary>The communicator's attributes in metrics and traces; null if its calls are not measured.</summary>
    public CommunicatorTelemetry? Telemetry { get; init; }

    /// <summary>Runs the call to completion.</summary>
    /// <param name="schedules">One schedule for each channel that the call uses.</param>
    /// <param name="reducer">Combines chunks; null if the schedules never reduce.</param>
    /// <param name="timeout">The time limit for each part, from its turn in its queue.</param>
    /// <param name="buffers">The caller's buffers; no loop accesses them after this method returns or throws.</param>
    /// <param name="cancellationToken">Cancels the call by aborting the communicator on all ranks.</param>
    /// <returns>Null, or why the call failed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public OperationFailure? Run(
        ReadOnlySpan<Schedule> schedules, Reducer? reducer, TimeSpan timeout, scoped in OperationBuffers buffers,
            CancellationToken cancellationToken)
    {
        _first.Assign(schedules[0], reducer, timeout);
        var measured = default(MeasuredOperation);
        measured.Begin(Telemetry, schedules[0], Math.Max(buffers.Input.Length, buffers.Output.Length));
        OperationFailure? failure = null;
        bool cancelled;
        try
        {
            _cancellation.Watch(_first, cancellationToken);
            failure = schedules.Length == 1
                ? _channels.Run(_first, buffers, [], out _)
                : RunPinned(schedules[1..], reducer, timeout, buffers);
        }
        finally
        {
            // Even if the operation was refused, the token must not abort the communicator later.
            cancelled = _cancellation.EndAndTestFired(failure);
        }

        if (_first.IsQueued)
        {
            measured.End(_first.Sequence, failure);
        }

        return cancelled ? throw _cancellation.ToException() : failure;
    }

    public void Dispose()
    {
        _first.Dispose();
        _othersEnded.Dispose();
    }

    /// <summary>Pins the buffers until every part has released them.</summary>
    private unsafe OperationFailure? RunPinned(
        ReadOnlySpan<Schedule> schedules, Reducer? reducer, TimeSpan timeout, scoped in OperationBuffers buffers)
    {
        fixed (byte* input = buffers.Input, output = buffers.Output)
        {
            _othersEnded.Reset();
            _ending.Begin(schedules.Length);
            for (var i = 0; i < schedules.Length; i++)
            {
                _others[i].Assign(schedules[i], reducer, timeout);
                _others[i].Assign(
                    new PinnedBuffer((nint)input, buffers.Input.Length), new PinnedBuffer((nint)output, buffers.Output.Length));
            }

            var wereStarted = false;
            OperationFailure? failure;
            try
            {
                failure = _channels.Run(_first, buffers, _others.AsSpan(0, schedules.Length), out wereStarted);
            }
            finally
            {
                // Wait even if this thread was interrupted, because the other threads hold the address of the caller's buffers.
                if (wereStarted)
                {
                    WaitForOthers();
                }
            }

            return failure ?? _ending.Failure;
        }
    }

    /// <summary>
    /// Waits for the other parts. Each ends in bounded time: it has a deadline, as does everything ahead of it in its queue.
    /// </summary>
    private void WaitForOthers()
    {
        var interrupted = false;
        while (!_othersEnded.IsSet)
        {
            try
            {
                _othersEnded.Wait();
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }

        if (interrupted)
        {
            Thread.CurrentThread.Interrupt();
        }
    }
}
