using System.Diagnostics;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// How far a rank has come in receiving one flow of its schedule, on the one lane from its peer, and what of it has arrived beyond that.
/// </summary>
internal sealed class InboundFlow
{
    private readonly SendCursor _reply;
    private readonly Queue<SimulatedFrame> _arrived = new();

    /// <param name="schedule">The rank's.</param>
    /// <param name="index">Of the receive flow.</param>
    /// <param name="reply">The flow to the same peer, which <see cref="ReceiveTransfer.AfterSend"/> speaks of; null where there is
    /// none.</param>
    public InboundFlow(Schedule schedule, int index, OutboundFlow? reply)
    {
        Peer = schedule.Receives[index].Peer;
        _reply = reply?.Cursor ?? new SendCursor(lane: 0, lanes: 1);
        Cursor.Begin(schedule, index);
    }

    public int Peer { get; }

    public ReceiveCursor Cursor { get; } = new(lane: 0, lanes: 1);

    /// <summary>Transfers that were applied; empty data is not sent at all.</summary>
    public long Applied { get; private set; }

    public void Arrive(in SimulatedFrame frame) => _arrived.Enqueue(frame);

    /// <summary>What can be applied now.</summary>
    /// <param name="applied">What the rank has applied.</param>
    /// <param name="transfer">What to apply.</param>
    /// <exception cref="UnreachableException">Something else has arrived than what is due: the schedules of two ranks do not fit each
    /// other.</exception>
    public bool TryPeek(AppliedPositions applied, out ReceiveTransfer transfer)
    {
        transfer = Cursor.Due;
        if (!_arrived.TryPeek(out var frame))
        {
            return false;
        }

        if (Cursor.IsDone
            || frame.Kind != transfer.Kind || frame.Phase != transfer.Phase || frame.Step != transfer.Step || frame.Chunk != transfer.Chunk
            || frame.Bytes != transfer.Target.Length)
        {
            throw new UnreachableException(
                $"The schedules do not fit: loop {frame.To} got step {frame.Step}, chunk {frame.Chunk} of {frame.Bytes} bytes from loop "
                    + $"{frame.From} "
                + (Cursor.IsDone
                    ? "after the last it was due." : $"where step {transfer.Step}, chunk {transfer.Chunk} of {transfer.Target.Length} "
                        + "bytes was due."));
        }

        return Cursor.IsReady(_reply, applied);
    }

    /// <summary>What was peeked at has been applied.</summary>
    public void Complete()
    {
        _arrived.Dequeue();
        Applied++;
        Cursor.Advance();
    }
}
