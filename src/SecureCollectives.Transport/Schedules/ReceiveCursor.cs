using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// How far one lane has come in receiving a flow of a schedule: which transfer is due. Pure arithmetic; used again for each operation.
/// </summary>
/// <inheritdoc cref="SendCursor" path="/remarks"/>
/// <param name="lane">The lane's number in its link.</param>
/// <param name="lanes">Lanes of the link.</param>
internal sealed class ReceiveCursor(int lane, int lanes)
{
    private Schedule? _schedule;
    private int _flow;
    private long _count;
    private long _position;
    private ReceiveTransfer _due;

    /// <summary>Whether every transfer of the flow that falls on this lane was applied.</summary>
    public bool IsDone => _position >= _count;

    /// <summary>The transfer that is due; meaningful while there is one.</summary>
    public ref readonly ReceiveTransfer Due => ref _due;

    /// <summary>Takes up a flow.</summary>
    /// <param name="schedule">The operation's.</param>
    /// <param name="flow">Of its receive flows; -1 for nothing to receive.</param>
    public void Begin(Schedule schedule, int flow)
    {
        (_schedule, _flow) = (schedule, flow);
        _count = flow < 0 ? 0 : schedule.Receives[flow].Count;
        _position = lane;
        PassOverEmpty();
    }

    /// <summary>Receives nothing.</summary>
    public void Rest() => _count = 0;

    /// <summary>What was due was applied.</summary>
    public void Advance()
    {
        _position += lanes;
        PassOverEmpty();
    }

    /// <summary>Whether the flow's transfer at a position, which must be one of this lane's, was applied.</summary>
    public bool IsApplied(long position) => _position > position;

    /// <summary>Whether what is due may be applied as soon as it is there.</summary>
    /// <param name="reply">What is sent to the same peer on the same lane.</param>
    /// <param name="applied">What the operation has applied.</param>
    public bool IsReady(SendCursor reply, AppliedPositions applied) =>
        IsDone || (reply.IsSent(_due.AfterSend) && (_due.AfterFlow < 0 || applied.Include(_due.AfterFlow, _due.AfterPosition)));

    private void PassOverEmpty()
    {
        for (; _position < _count; _position += lanes)
        {
            _due = _schedule!.GetReceive(_flow, _position);
            if (_due.Target.Length > 0 || _due.Kind != FrameKind.Data)
            {
                return;
            }
        }
    }
}
