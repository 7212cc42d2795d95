using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>The work of the baton holder: passes over the lanes until the operation is complete, and sleeps while nothing moves.</summary>
/// <param name="run">The current operation, spread over the lanes.</param>
/// <param name="inbox">The messages from other threads.</param>
/// <param name="observer">Carries other threads' questions about what the loop is waiting for.</param>
/// <param name="wait">Sleeps until bytes can move or another thread wakes the loop.</param>
/// <param name="options">The loop's options; immutable.</param>
internal sealed class LoopDriver(OperationRun run, LoopInbox inbox, LoopObserver observer, LaneWait wait, LoopOptions options)
{
    private static readonly Func<LanePort, short> ToProgress =
        static port => port.WantsToListen ? (short)((ushort)port.RoomEvents | (ushort)Libc.PollIn) : port.RoomEvents;

    private static readonly Func<LanePort, short> ToSendBacklog = static port => port.HasBacklog ? port.RoomEvents : (short)0;

    /// <summary>The longest sleep while messages are being resent. A thread that wants the baton wakes the loop earlier.</summary>
    private static readonly TimeSpan BacklogPause = TimeSpan.FromSeconds(1);

    private readonly LoopMeter _meter = new(run, options.Clock);
    private readonly IdleSteps _idle = new(options.YieldsBeforePoll, options.Clock.Ticks(options.LongYield));

    /// <summary>Records the time of idle passes; null if it is not measured. Set only between operations.</summary>
    public PollTime? PollTime { get; set; }

    /// <summary>Runs an operation until it completes or fails.</summary>
    public void Progress(Operation operation, scoped in OperationBuffers buffers)
    {
        _meter.Begin();
        try
        {
            Drive(operation, buffers);
        }
        finally
        {
            _meter.End();
        }
    }

    /// <summary>
    /// Does the work that needs no running operation: handles messages about links and resends frames of earlier operations.
    /// </summary>
    /// <param name="queue">The queue; its next operation wakes the loop and ends this call.</param>
    public void Serve(OperationQueue queue)
    {
        queue.IsServing = true;
        try
        {
            SendBacklog(queue);
        }
        finally
        {
            queue.IsServing = false;
        }
    }

    private void Drive(Operation operation, scoped in OperationBuffers buffers)
    {
        if (inbox.AbortOf(operation.Sequence) is { } requested)
        {
            run.Fail(requested);
            return;
        }

        inbox.Deliver(run, operation.Sequence);
        var clock = options.Clock;
        var began = clock.GetTimestamp();
        observer.Begin(began);
        run.Begin(operation, buffers);
        var limit = new TimeLimit(began + clock.Ticks(operation.Timeout), clock.Ticks(options.DrainTimeout));
        var stall = new StallTime(began, clock.Ticks(options.StallTime));
        _idle.Reset(began);
        PollTime?.Begin();
        while (!run.IsComplete && run.Failure is null)
        {
            var now = clock.GetTimestamp();
            var moved = Pass(operation.Sequence, buffers, listen: _idle.IsPrepared || now > limit.Deadline);
            if (run.Failure is not null)
            {
                return;
            }

            if (stall.IsOver(now, moved))
            {
                options.Attribution?.Stalled(run.WaitOf(observer.Elapsed));
            }

            if (limit.IsOver(now, moved) && !run.IsComplete)
            {
                run.TimeOut();
                return;
            }

            if (!moved)
            {
                _meter.Wait(now);
                Wait(_idle.Next(now), Math.Min(limit.Deadline, stall.Due));
                continue;
            }

            _meter.Move(now);
            if (_idle.IsPrepared)
            {
                wait.Awake(run.Ports);
            }

            _idle.Reset(now);
        }
    }

    private void Wait(IdleSteps.Step step, long until)
    {
        switch (step)
        {
            case IdleSteps.Step.GiveWay:
                Thread.Yield();
                break;
            case IdleSteps.Step.Prepare:
                // From here on other threads wake the loop, so everything must be tried once more before it sleeps.
                wait.Prepare(run.Ports);
                break;
            default:
                wait.Sleep(run.Ports, until, ToProgress);
                break;
        }
    }

    private void SendBacklog(OperationQueue queue)
    {
        var next = queue.NextSequence;
        inbox.Deliver(run, next);
        while (run.HasBacklog && run.Failure is null)
        {
            wait.Prepare(run.Ports);
            if (inbox.Abort is not null || queue.First is not null)
            {
                return;
            }

            inbox.Deliver(run, next);
            if (observer.IsAsked)
            {
                observer.Answer(LoopWait.Idle(next));
            }

            var moved = false;
            foreach (var port in run.Ports)
            {
                moved |= port.HasBacklog && port.PumpSend(default);
            }

            if (!moved)
            {
                wait.Sleep(run.Ports, options.Clock.Deadline(BacklogPause), ToSendBacklog);
            }
        }
    }

    private bool Pass(ulong sequence, scoped in OperationBuffers buffers, bool listen)
    {
        var heard = !inbox.IsEmpty;
        if (heard)
        {
            inbox.Deliver(run, sequence);
        }

        var moved = run.Advance(buffers, listen || heard) || heard;
        PollTime?.EndPass(moved);
        if (inbox.AbortOf(sequence) is { } abort)
        {
            run.Fail(abort);
        }
        else if (observer.IsAsked)
        {
            observer.Answer(run.WaitOf(observer.Elapsed));
        }

        return moved;
    }
}
