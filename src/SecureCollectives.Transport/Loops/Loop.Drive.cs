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

    private static readonly Func<LanePort, short> ToSend = static port => port.WantsToSend ? Libc.PollOut : (short)0;

    private static readonly Func<LanePort, short> ToSeeTheEnd = static port => port.HasEnded ? (short)0 : Libc.PollIn;

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
            if (_run.Failure is { Reason: AbortReason.TimedOut })
            {
                Settle(buffers);
            }
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

        Begin(operation, buffers);
        var deadline = Deadline(operation.Timeout);
        var idle = 0;
        PollTime?.Begin();
        while (!_run.IsComplete)
        {
            var moved = Advance(buffers, listen: idle > _options.YieldsBeforePoll);
            if (Volatile.Read(ref _requested) is { } abort)
            {
                _run.Fail(abort);
            }

            if (_run.Failure is not null)
            {
                return;
            }

            if (Stopwatch.GetTimestamp() > deadline && !_run.IsComplete)
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
                _wait.Sleep(_run.Ports, deadline, ToProgress);
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

    /// <summary>
    /// Ends the communicator: tells the peers, fails everything that is queued, closes the lanes. The baton is never passed on again.
    /// </summary>
    private void TearDown(scoped in OperationBuffers buffers)
    {
        OperationFailure failure;
        List<Operation> victims;
        lock (_gate)
        {
            failure = _run.Failure ?? _requested ?? throw new UnreachableException("A loop is torn down without a reason.");
            Volatile.Write(ref _failure, failure);
            victims = [.. _queue];
            _queue.Clear();
        }

        // Whatever fails here, everybody who waits must be told: each part runs however the one before it ended.
        try
        {
            SayFarewell(failure.ToNotice(), buffers);
        }
        catch (Exception exception)
        {
            failure = failure with { Detail = $"{failure.Detail} (and the peers could not be told: {exception.Message})" };
        }
        finally
        {
            EndAll(victims, failure);
        }
    }

    private void EndAll(List<Operation> victims, OperationFailure failure)
    {
        foreach (var victim in victims)
        {
            victim.End(failure);
        }

        _dedicatedTurn.Release();
        try
        {
            Announce(failure);
            Linger(failure.Reason);
        }
        finally
        {
            GiveUpReplacements();
            foreach (var link in _links)
            {
                link.Dispose();
            }

            _signal.Dispose();
            _ended.TrySetResult();
        }
    }

    private void Announce(OperationFailure failure)
    {
        try
        {
            _endedWith?.Invoke(failure);
        }
        catch (Exception)
        {
            // It ends in the application's logger, whose faults must not end the process. The calls themselves tell the failure.
        }
    }

    /// <summary>Sends the notice on every lane that still takes it, while the buffers of half-sent frames are still at hand.</summary>
    private void SayFarewell(in AbortNotice notice, scoped in OperationBuffers buffers)
    {
        var deadline = Deadline(_options.FarewellTimeout);
        var ports = _run.Ports;
        Span<bool> added = stackalloc bool[ports.Length];
        while (true)
        {
            _signal.PrepareToSleep();
            var waiting = false;
            for (var i = 0; i < ports.Length; i++)
            {
                waiting |= !ports[i].PumpAbort(notice, buffers, ref added[i]);
            }

            if (!waiting || Stopwatch.GetTimestamp() > deadline)
            {
                break;
            }

            _wait.Sleep(ports, deadline, ToSend);
        }

        foreach (var port in ports)
        {
            port.EndSending();
        }
    }

    /// <summary>
    /// Reads what the peers still send until they end too, so that the farewell reaches them. In an orderly end they send nothing and nobody waits.
    /// </summary>
    private void Linger(AbortReason reason)
    {
        var deadline = reason == AbortReason.Closed ? 0 : Deadline(_options.FarewellTimeout);
        while (true)
        {
            _signal.PrepareToSleep();
            var waiting = false;
            foreach (var port in _run.Ports)
            {
                waiting |= !port.Discard();
            }

            if (!waiting || Stopwatch.GetTimestamp() > deadline)
            {
                return;
            }

            _wait.Sleep(_run.Ports, deadline, ToSeeTheEnd);
        }
    }
}
