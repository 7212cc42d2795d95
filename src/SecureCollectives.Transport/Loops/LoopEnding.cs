using SecureCollectives.Framing;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <summary>Ends the lanes of a communicator: sends the abort to its peers and waits until they have received it.</summary>
/// <param name="run">The current operation and the lanes of the loop.</param>
/// <param name="wait">Sleeps until bytes can move or another thread wakes the loop.</param>
/// <param name="options">The loop's options, including the time limit for sending aborts.</param>
internal sealed class LoopEnding(OperationRun run, LaneWait wait, LoopOptions options)
{
    private const int VerdictPart = 5;

    private static readonly Func<LanePort, short> ToSend = static port => port.RoomEvents;

    private static readonly Func<LanePort, short> ToSeeTheEnd = static port => port.IsDrained ? (short)0 : Libc.PollIn;

    /// <summary>
    /// Sends the abort on every lane that still accepts bytes. Called while the buffers of half-sent frames are still valid.
    /// </summary>
    /// <param name="failure">The failure that the abort reports to the peers.</param>
    /// <param name="next">The number of the next operation, reported if the loop counts its own operations.</param>
    /// <param name="buffers">The caller's input and output of the current operation.</param>
    /// <param name="isVerdict">Whether all ranks also learn of the failure from their arbiter. The loop then waits less long for lanes that
    /// do not accept the abort.</param>
    public void Tell(OperationFailure failure, ulong next, scoped in OperationBuffers buffers, bool isVerdict)
    {
        // A failure in another loop has a different operation number in this one.
        var abort = (options.CountsAlone ? failure with { Operation = next } : failure).ToAbortMessage();
        var deadline = options.Clock.Deadline(isVerdict ? options.AbortTimeout / VerdictPart : options.AbortTimeout);
        var ports = run.Ports;
        Span<bool> added = stackalloc bool[ports.Length];
        while (true)
        {
            wait.Prepare(run.Ports);
            var waiting = false;
            for (var i = 0; i < ports.Length; i++)
            {
                waiting |= !ports[i].PumpAbort(abort, buffers, ref added[i]);
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
    /// Reads and discards whatever the peers still send until they end too, so that the abort reaches them. In an orderly end they send
    /// nothing more, so there is no wait.
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
