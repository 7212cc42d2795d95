namespace SecureCollectives.Transport.Schedules;

/// <summary>What an operation has applied of all its receive flows, over all lanes: what its transfers wait for.</summary>
/// <param name="lanes">Lanes of each link.</param>
/// <param name="maxFlows">The most receive flows that a schedule has.</param>
internal sealed class AppliedPositions(int lanes, int maxFlows)
{
    private readonly ReceiveCursor?[] _cursors = new ReceiveCursor?[lanes * maxFlows];

    /// <summary>Says which cursor stands for a flow on a lane, from now on.</summary>
    public void Set(int flow, int lane, ReceiveCursor cursor) => _cursors[(flow * lanes) + lane] = cursor;

    /// <summary>
    /// Whether a receive flow's transfer at a position was applied, and so many in all up to it: each lane's last is enough.
    /// </summary>
    public bool Include(int flow, long position, int count = 1)
    {
        for (var i = 0; i < Math.Min(count, lanes); i++)
        {
            if (!_cursors[(flow * lanes) + (int)((position - i) % lanes)]!.IsApplied(position - i))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a transfer may be sent.</summary>
    public bool Allow(in SendTransfer transfer) =>
        transfer.AfterFlow < 0 || Include(transfer.AfterFlow, transfer.AfterPosition, transfer.AfterCount);
}
