using SecureCollectives.Framing;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>How a communicator takes leave of its peers.</summary>
/// <param name="run">Its lanes.</param>
/// <param name="wait">Its sleep.</param>
/// <param name="options">How long that may take.</param>
internal sealed class LoopEnding(OperationRun run, LaneWait wait, LoopOptions options)
{
    private const int VerdictPart = 5;

    private static readonly Func<LanePort, short> ToSend = static port => port.RoomEvents;

    private static readonly Func<LanePort, short> ToSeeTheEnd = static port => port.IsDrained ? (short)0 : Libc.PollIn;

    /// <summary>Sends the notice on every lane that still takes it, while the buffers of half-sent frames are still at hand.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="next">The next operation's number.</param>
    /// <param name="buffers">The caller's memory.</param>
    /// <param name="isVerdict">Whether all hear of it from their arbiter too: then no lane is waited for as long as otherwise.</param>
    public void Tell(OperationFailure failure, ulong next, scoped in OperationBuffers buffers, bool isVerdict)
    {
        // What failed elsewhere has another number here.
        var notice = (options.CountsAlone ? failure with { Operation = next } : failure).ToAbortMessage();
        var deadline = options.Clock.Deadline(isVerdict ? options.AbortTimeout / VerdictPart : options.AbortTimeout);
        var ports = run.Ports;
        Span<bool> added = stackalloc bool[ports.Length];
        while (true)
        {
            wait.Prepare(run.Ports);
            var waiting = false;
            for (var i = 0; i < ports.Length; i++)
            {
                waiting |= !ports[i].PumpAbort(notice, buffers, ref added[i]);
            }

            if (!waiting || options.Clock.GetTimestamp() > deadline)
            {
                break;
            }

            wait.Sleep(ports, deadline, ToSend);
        }

        foreach (var port in ports)
        {
            port.EndSending();
        }
    }

    /// <summary>
    /// Reads what the peers still send until they end too, so that the notice reaches them. In an orderly end they send nothing and nobody
    /// waits.
    /// </summary>
    public void Linger(AbortReason reason)
    {
        var deadline = reason == AbortReason.Closed ? 0 : options.Clock.Deadline(options.AbortTimeout);
        while (true)
        {
            wait.Prepare(run.Ports);
            var waiting = false;
            foreach (var port in run.Ports)
            {
                waiting |= !port.Discard();
            }

            if (!waiting || options.Clock.GetTimestamp() > deadline)
            {
                return;
            }

            wait.Sleep(run.Ports, deadline, ToSeeTheEnd);
        }
    }
}
