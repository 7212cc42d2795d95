using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>How far a rank has come in sending one flow of its schedule.</summary>
internal sealed class OutboundFlow(Schedule schedule, int index)
{
    private readonly Flow _flow = schedule.Sends[index];
    private SendTransfer _due;
    private bool _hasDue;

    public int Peer => _flow.Peer;

    /// <summary>The next position.</summary>
    public long Next { get; private set; }

    /// <summary>Transfers that took to the way; empty data does not.</summary>
    public long Sent { get; private set; }

    public bool IsComplete => Next >= _flow.Count;

    /// <summary>What can be sent now. Empty data whose turn has come is passed over on the way.</summary>
    /// <param name="isApplied">Whether a position of a receive flow was applied.</param>
    /// <param name="transfer">What to send.</param>
    public bool TryPeek(Func<int, long, bool> isApplied, out SendTransfer transfer)
    {
        while (!IsComplete)
        {
            if (!_hasDue)
            {
                _due = schedule.GetSend(index, Next);
                _hasDue = true;
            }

            if (_due.AfterFlow >= 0 && !isApplied(_due.AfterFlow, _due.AfterPosition))
                break;
            if (_due.Source.Length > 0 || _due.Kind != FrameKind.Data)
            {
                transfer = _due;
                return true;
            }

            Move();
        }

        transfer = default;
        return false;
    }

    /// <summary>What was peeked at has been sent.</summary>
    public void Complete()
    {
        Sent++;
        Move();
    }

    private void Move()
    {
        Next++;
        _hasDue = false;
    }
}
