using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>How far a rank has come in receiving one flow of its schedule, and what of it has arrived beyond that.</summary>
internal sealed class InboundFlow
{
    private readonly Schedule _schedule;
    private readonly int _index;
    private readonly Flow _flow;
    private readonly Queue<SimulatedFrame> _arrived = new();
    private ReceiveTransfer _due;
    private long _next;

    /// <param name="schedule">The rank's.</param>
    /// <param name="index">Of the receive flow.</param>
    /// <param name="reply">The flow to the same peer, which <see cref="ReceiveTransfer.AfterSend"/> speaks of; null where there is none.</param>
    public InboundFlow(Schedule schedule, int index, OutboundFlow? reply)
    {
        _schedule = schedule;
        _index = index;
        _flow = schedule.Receives[index];
        Reply = reply;
        PassOverEmpty();
    }

    public int Peer => _flow.Peer;

    public OutboundFlow? Reply { get; }

    /// <summary>Transfers that were applied; empty data is not sent at all.</summary>
    public long Applied { get; private set; }

    public bool IsComplete => _next >= _flow.Count;

    public bool IsApplied(long position) => _next > position;

    public void Arrive(in SimulatedFrame frame) => _arrived.Enqueue(frame);

    /// <summary>What can be applied now.</summary>
    /// <param name="isApplied">Whether a position of a receive flow was applied.</param>
    /// <param name="transfer">What to apply.</param>
    /// <exception cref="UnreachableException">Something else has arrived than what is due: the schedules of two ranks do not fit each other.</exception>
    public bool TryPeek(Func<int, long, bool> isApplied, out ReceiveTransfer transfer)
    {
        transfer = _due;
        if (!_arrived.TryPeek(out var frame))
            return false;
        if (IsComplete
            || frame.Kind != _due.Kind || frame.Phase != _due.Phase || frame.Step != _due.Step || frame.Chunk != _due.Chunk
            || frame.Bytes != _due.Target.Length)
        {
            throw new UnreachableException(
                $"The schedules do not fit: rank {frame.To} got step {frame.Step}, chunk {frame.Chunk} of {frame.Bytes} bytes from rank {frame.From} "
                + (IsComplete ? "after the last it was due." : $"where step {_due.Step}, chunk {_due.Chunk} of {_due.Target.Length} bytes was due."));
        }

        return (_due.AfterSend < 0 || Reply is null || Reply.Next > _due.AfterSend) && (_due.AfterFlow < 0 || isApplied(_due.AfterFlow, _due.AfterPosition));
    }

    /// <summary>What was peeked at has been applied.</summary>
    public void Complete()
    {
        _arrived.Dequeue();
        Applied++;
        _next++;
        PassOverEmpty();
    }

    private void PassOverEmpty()
    {
        for (; !IsComplete; _next++)
        {
            _due = _schedule.GetReceive(_index, _next);
            if (_due.Target.Length > 0 || _due.Kind != FrameKind.Data)
                return;
        }
    }
}
