using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// How far one lane has come in sending a flow of a schedule: which transfer is next. Pure arithmetic; used again for each operation.
/// </summary>
/// <remarks>Empty data is never sent: both ends know it and pass over it.</remarks>
/// <param name="lane">The lane's number in its link.</param>
/// <param name="lanes">Lanes of the link.</param>
internal sealed class SendCursor(int lane, int lanes)
{
    private Schedule? _schedule;
    private int _flow;
    private long _count;
    private long _position;
    private SendTransfer _next;

    /// <summary>Whether every transfer of the flow that falls on this lane was sent.</summary>
    public bool IsDone => _position >= _count;

    /// <summary>The next transfer; meaningful while there is one.</summary>
    public ref readonly SendTransfer Next => ref _next;

    /// <summary>Takes up a flow.</summary>
    /// <param name="schedule">The operation's.</param>
    /// <param name="flow">Of its send flows; -1 for nothing to send.</param>
    public void Begin(Schedule schedule, int flow)
    {
        (_schedule, _flow) = (schedule, flow);
        _count = flow < 0 ? 0 : schedule.Sends[flow].Count;
        _position = lane;
        PassOverEmpty();
    }

    /// <summary>Sends nothing.</summary>
    public void Rest() => _count = 0;

    /// <summary>The next transfer was sent.</summary>
    public void Advance()
    {
        _position += lanes;
        PassOverEmpty();
    }

    /// <summary>Goes back to where so many transfers were sent: a new link goes on from there.</summary>
    public void Rewind(ulong sent)
    {
        _position = lane;
        PassOverEmpty();
        for (; sent > 0; sent--)
        {
            Advance();
        }
    }

    /// <summary>Whether the flow's transfer at a position, which must be one of this lane's, was sent.</summary>
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
