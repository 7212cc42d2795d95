using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>What the holder of the baton does.</content>
internal sealed partial class Loop
{
    private static readonly Func<LanePort, short> ToProgress =
        static port => (short)((port.WantsToSend ? Libc.PollOut : 0) | (port.WantsToListen ? Libc.PollIn : 0));

    private void RunDedicated()
    {
        while (true)
        {
            _dedicatedTurn.Wait();
            if (Volatile.Read(ref _failure) is not null)
            {
                return;
            }

            Operation? next;
            lock (_gate)
            {
                _queue.TryPeek(out next);
            }

            if (next is null || next.CallerDriven)
            {
                // The baton came for an abort: either no operation is queued, or its caller still waits for a turn that it will not get.
                TearDown(default);
            }
            else
            {
                DriveQueued(next);
            }
        }
    }

    private void DriveQueued(Operation operation)
    {
        OperationBuffers buffers;
        try
        {
            buffers = operation.OpenBuffers();
        }
        catch (Exception exception)
        {
            // The caller's memory has an owner of its own, which may refuse; that must not end the process.
            _run.Fail(InternalError(operation, $"the caller's memory could not be opened: {exception.Message}", exception));
            TearDown(default);
            return;
        }

        Drive(operation, buffers);
    }

    private OperationFailure InternalError(Operation operation, string detail, Exception cause) =>
        new(AbortReason.InternalError, _run.Rank, operation.Sequence, 0, _run.Rank, detail, cause);

    /// <summary>Runs the first operation of the queue and passes the baton on.</summary>
    private void Drive(Operation operation, scoped in OperationBuffers buffers)
    {
        try
        {
            Progress(operation, buffers);
        }
        catch (Exception exception)
        {
            // Our own bug must not leave the other ranks waiting.
            _run.Fail(InternalError(operation, $"rank {_run.Rank} failed by a defect of this library: {exception.Message}", exception));
        }

        if (_run.Failure is not null)
        {
            TearDown(buffers);
            return;
        }

        PassBaton();
        operation.End(null);
    }

    private void Progress(Operation operation, scoped in OperationBuffers buffers)
    {
        if (Volatile.Read(ref _requested) is { } requested)
        {
            _run.Fail(requested);
            return;
        }

        _observer.Begin();
        Begin(operation, buffers);
        var limit = new TimeLimit(Deadline(operation.Timeout), Ticks(_options.DrainTimeout));
        var stall = new StallTime(Stopwatch.GetTimestamp(), Ticks(_options.StallTime));
        var idle = 0;
        PollTime?.Begin();
        while (!_run.IsComplete)
        {
            var now = Stopwatch.GetTimestamp();
            var moved = Advance(buffers, listen: idle > _options.YieldsBeforePoll || now > limit.Deadline);
            if (Volatile.Read(ref _requested) is { } abort)
            {
                _run.Fail(abort);
            }

            if (_run.Failure is not null)
            {
                return;
            }

            AnswerObserver();
            if (stall.IsOver(now, moved))
            {
                _options.Attribution?.Stalled(_run.WaitOf(_observer.Elapsed));
            }

            if (limit.IsOver(now, moved) && !_run.IsComplete)
            {
                _run.TimeOut();
                return;
            }

            if (moved)
            {
                if (idle > _options.YieldsBeforePoll)
                {
                    _signal.Awake(drain: false);
                }

                idle = 0;
            }
            else if (idle < _options.YieldsBeforePoll)
            {
                idle++;
                Thread.Yield();
            }
            else if (idle == _options.YieldsBeforePoll)
            {
                // From here on other threads wake the loop; so everything must be tried once more before it sleeps.
                idle++;
                _signal.PrepareToSleep();
            }
            else
            {
                _wait.Sleep(_run.Ports, Math.Min(limit.Deadline, stall.Due), ToProgress);
                idle = _options.YieldsBeforePoll;
            }
        }
    }

    private void PassBaton()
    {
        Operation? next;
        lock (_gate)
        {
            _queue.Dequeue();
            if (!_queue.TryPeek(out next) && Volatile.Read(ref _requested) is null)
            {
                _batonHeld = false;
                _observer.Answer(LoopWait.Idle(_nextSequence));
                return;
            }
        }

        if (next is CallerOperation caller && Volatile.Read(ref _requested) is null)
        {
            caller.GiveTurn();
        }
        else
        {
            _dedicatedTurn.Release();
        }
    }
}
