using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>A rank's progress in sending one flow of its schedule, on its only lane to the peer.</summary>
internal sealed class OutboundFlow
{
    public OutboundFlow(Schedule schedule, int index)
    {
        Peer = schedule.Sends[index].Peer;
        Cursor.Begin(schedule, index);
    }

    public int Peer { get; }

    public SendCursor Cursor { get; } = new(lane: 0, lanes: 1);

    /// <summary>The number of transfers sent. Empty data is not sent, so it does not count.</summary>
    public long Sent { get; private set; }

    /// <summary>Returns whether a transfer can be sent now.</summary>
    /// <param name="applied">The positions that the rank has applied.</param>
    /// <param name="transfer">The next transfer.</param>
    public bool TryPeek(AppliedPositions applied, out SendTransfer transfer)
    {
        transfer = Cursor.Next;
        return !Cursor.IsDone && applied.Allow(transfer);
    }

    /// <summary>Marks the peeked transfer as sent.</summary>
    public void Complete()
    {
        Sent++;
        Cursor.Advance();
    }
}
