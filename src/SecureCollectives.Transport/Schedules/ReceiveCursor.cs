using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// The progress of one lane in receiving a flow of a schedule: knows which transfer is due. Pure arithmetic; reused for every operation.
/// </summary>
/// <inheritdoc cref="SendCursor" path="/remarks"/>
/// <param name="lane">The lane's number within its link.</param>
/// <param name="lanes">The number of lanes of the link; positions are assigned to them in turn.</param>
internal sealed class ReceiveCursor(int lane, int lanes)
{
    private Schedule? _schedule;
    private int _flow;
    private long _count;
    private long _position;
    private ReceiveTransfer _due;

    /// <summary>Whether every transfer of the flow that belongs to this lane has been applied.</summary>
    public bool IsDone => _position >= _count;

    /// <summary>The transfer that is due. Valid only while <see cref="IsDone"/> is false.</summary>
    public ref readonly ReceiveTransfer Due => ref _due;

    /// <summary>Starts a flow.</summary>
    /// <param name="schedule">The schedule of the operation, which the cursor keeps until the next operation.</param>
    /// <param name="flow">The index of a receive flow; -1 if there is nothing to receive.</param>
    public void Begin(Schedule schedule, int flow)
    {
        (_schedule, _flow) = (schedule, flow);
        _count = flow < 0 ? 0 : schedule.Receives[flow].Count;
        _position = lane;
        PassOverEmpty();
    }

    /// <summary>Sits out an operation.</summary>
    public void Rest() => _count = 0;

    /// <summary>Advances to the next transfer after the one that was due has been applied.</summary>
    public void Advance()
    {
        _position += lanes;
        PassOverEmpty();
    }

    /// <summary>Whether the transfer at <paramref name="position"/>, which must belong to this lane, has been applied.</summary>
    public bool IsApplied(long position) => _position > position;

    /// <summary>Whether the transfer that is due may be applied once it has arrived.</summary>
    /// <param name="reply">The send cursor of the same lane, towards the same peer.</param>
    /// <param name="applied">The transfers that the operation has applied.</param>
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
