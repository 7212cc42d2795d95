using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// The progress of one lane in sending a flow of a schedule: knows which transfer is next. Pure arithmetic; reused for every operation.
/// </summary>
/// <remarks>Empty data is never sent: both ends compute the same schedule and skip it.</remarks>
/// <param name="lane">The lane's number within its link.</param>
/// <param name="lanes">The number of lanes of the link; positions are assigned to them in turn.</param>
internal sealed class SendCursor(int lane, int lanes)
{
    private Schedule? _schedule;
    private int _flow;
    private long _count;
    private long _position;
    private SendTransfer _next;

    /// <summary>Whether every transfer of the flow that belongs to this lane has been sent.</summary>
    public bool IsDone => _position >= _count;

    /// <summary>The next transfer. Valid only while <see cref="IsDone"/> is false.</summary>
    public ref readonly SendTransfer Next => ref _next;

    /// <summary>Starts a flow.</summary>
    /// <param name="schedule">The schedule of the operation, which the cursor keeps until the next operation.</param>
    /// <param name="flow">The index of a send flow; -1 if there is nothing to send.</param>
    public void Begin(Schedule schedule, int flow)
    {
        (_schedule, _flow) = (schedule, flow);
        _count = flow < 0 ? 0 : schedule.Sends[flow].Count;
        _position = lane;
        PassOverEmpty();
    }

    /// <summary>Sits out an operation.</summary>
    public void Rest() => _count = 0;

    /// <summary>Advances after the next transfer has been sent.</summary>
    public void Advance()
    {
        _position += lanes;
        PassOverEmpty();
    }

    /// <summary>
    /// Goes back to the point where <paramref name="sent"/> transfers had been sent, to continue from there over a new link.
    /// </summary>
    public void Rewind(ulong sent)
    {
        _position = lane;
        PassOverEmpty();
        for (; sent > 0; sent--)
        {
            Advance();
        }
    }

    /// <summary>Whether the transfer at <paramref name="position"/>, which must belong to this lane, has been sent.</summary>
    public bool IsSent(long position) => _position > position;

    private void PassOverEmpty()
    {
        for (; _position < _count; _position += lanes)
        {
            _next = _schedule!.GetSend(_flow, _position);
            if (_next.Source.Length > 0 || _next.Kind != FrameKind.Data)
            {
                return;
            }
        }
    }
}
