using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Loops;

/// <content>
/// How ranks come to name the same culprit of a time-out. In a ring everybody waits for a neighbour when one rank stops, all until about the same moment,
/// and only the one behind the culprit is right. Whoever gives up or hears of it tells its neighbours what it waits for, since when, and for a moment
/// passes on the word of whoever has waited longest: the earliest operation, and in it the earliest step, is what keeps all others waiting.
/// </content>
internal sealed partial class Loop
{
    private static readonly Func<LanePort, short> ToSettle =
        static port => (short)((port.WantsToSend ? Libc.PollOut : 0) | (port.WantsToListen ? Libc.PollIn : 0));

    /// <summary>Takes as long as it may: the culprit is silent, so that nobody can know when all have spoken.</summary>
    private void Settle(scoped in OperationBuffers buffers)
    {
        var time = new SettleTime(Stopwatch.GetTimestamp(), Ticks(_options.SettleTimeout));
        var ports = _run.Ports;
        Span<bool> added = stackalloc bool[ports.Length];
        OperationFailure? told = null;
        _run.IsSettling = true;
        while (Stopwatch.GetTimestamp() < time.Deadline && Volatile.Read(ref _requested) is null)
        {
            _signal.PrepareToSleep();
            while (Listen(buffers) && Stopwatch.GetTimestamp() < time.Deadline)
            {
            }

            // Only after all was heard: what lies unread in a lane may be what this rank seems to wait for.
            _run.BlameSlowest();
            if (_run.Failure!.Reason != AbortReason.TimedOut)
            {
                return;
            }

            if (told != _run.Failure)
            {
                told = _run.Failure;
                added.Clear();
                time.Explained(Stopwatch.GetTimestamp());
            }

            for (var i = 0; i < ports.Length; i++)
            {
                ports[i].PumpAbort(told.ToNotice(), buffers, ref added[i]);
            }

            _wait.Sleep(ports, time.Deadline, ToSettle);
        }
    }

    private bool Listen(scoped in OperationBuffers buffers)
    {
        var moved = false;
        foreach (var port in _run.Ports)
        {
            moved |= port.PumpReceive(buffers, listen: true);
        }

        return moved;
    }
}
