using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>How a communicator ends.</content>
internal sealed partial class Loop
{
    private static readonly Func<LanePort, short> ToSend = static port => port.WantsToSend ? Libc.PollOut : (short)0;

    private static readonly Func<LanePort, short> ToSeeTheEnd = static port => port.HasEnded ? (short)0 : Libc.PollIn;

    /// <summary>
    /// Ends the communicator: tells the peers, fails everything that is queued, closes the lanes. The baton is never passed on again.
    /// </summary>
    private void TearDown(scoped in OperationBuffers buffers)
    {
        var failure = Attribute(_run.Failure ?? Volatile.Read(ref _requested) ?? throw new UnreachableException("A loop is torn down without a reason."));
        List<Operation> victims;
        lock (_gate)
        {
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
