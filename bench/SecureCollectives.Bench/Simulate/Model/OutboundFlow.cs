using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>How far a rank has come in sending one flow of its schedule, on the one lane to its peer.</summary>
internal sealed class OutboundFlow
{
    public OutboundFlow(Schedule schedule, int index)
    {
        Peer = schedule.Sends[index].Peer;
        Cursor.Begin(schedule, index);
    }

    public int Peer { get; }

    public SendCursor Cursor { get; } = new(lane: 0, lanes: 1);

    /// <summary>Transfers that took to the way; empty data does not.</summary>
    public long Sent { get; private set; }

    /// <summary>What can be sent now.</summary>
    /// <param name="applied">What the rank has applied.</param>
    /// <param name="transfer">What to send.</param>
    public bool TryPeek(AppliedPositions applied, out SendTransfer transfer)
    {
        transfer = Cursor.Next;
        return !Cursor.IsDone && applied.Allow(transfer);
    }

    /// <summary>What was peeked at has been sent.</summary>
    public void Complete()
    {
        Sent++;
        Cursor.Advance();
    }
}
