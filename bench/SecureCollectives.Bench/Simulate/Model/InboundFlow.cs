using System.Diagnostics;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>
/// A rank's progress in receiving one flow of its schedule, on its only lane from the peer, and the frames that have arrived but are not
/// applied yet.
/// </summary>
internal sealed class InboundFlow
{
    private readonly SendCursor _reply;
    private readonly Queue<SimulatedFrame> _arrived = new();

    /// <param name="schedule">The rank's schedule.</param>
    /// <param name="index">The index of the receive flow.</param>
    /// <param name="reply">The flow to the same peer, which <see cref="ReceiveTransfer.AfterSend"/> refers to; null if there is
    /// none.</param>
    public InboundFlow(Schedule schedule, int index, OutboundFlow? reply)
    {
        Peer = schedule.Receives[index].Peer;
        _reply = reply?.Cursor ?? new SendCursor(lane: 0, lanes: 1);
        Cursor.Begin(schedule, index);
    }

    public int Peer { get; }

    public ReceiveCursor Cursor { get; } = new(lane: 0, lanes: 1);

    /// <summary>The number of applied transfers. Empty data is not sent at all, so it does not count.</summary>
    public long Applied { get; private set; }

    public void Arrive(in SimulatedFrame frame) => _arrived.Enqueue(frame);

    /// <summary>Returns whether a transfer can be applied now.</summary>
    /// <param name="applied">The positions that the rank has applied.</param>
    /// <param name="transfer">The transfer that is due.</param>
    /// <exception cref="UnreachableException">A frame arrived that is not due: the schedules of two ranks do not match.</exception>
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
                $"The schedules do not match: "
                    + $"loop {frame.To} got step {frame.Step}, chunk {frame.Chunk} of {frame.Bytes} bytes from loop {frame.From} "
                + (Cursor.IsDone
                    ? "after the last frame due." : $"where step {transfer.Step}, "
                        + $"chunk {transfer.Chunk} of {transfer.Target.Length} bytes was due."));
        }

        return Cursor.IsReady(_reply, applied);
    }

    /// <summary>Marks the peeked transfer as applied.</summary>
    public void Complete()
    {
        _arrived.Dequeue();
        Applied++;
        Cursor.Advance();
    }
}
