namespace SecureCollectives.Transport.Schedules;

/// <summary>The transfers that an operation has applied, per receive flow and lane; later transfers wait for them.</summary>
/// <param name="lanes">The number of lanes of each link.</param>
/// <param name="maxFlows">The maximum number of receive flows in a schedule.</param>
internal sealed class AppliedPositions(int lanes, int maxFlows)
{
    private readonly ReceiveCursor?[] _cursors = new ReceiveCursor?[lanes * maxFlows];

    /// <summary>Sets the cursor that tracks a flow on a lane.</summary>
    public void Set(int flow, int lane, ReceiveCursor cursor) => _cursors[(flow * lanes) + lane] = cursor;

    /// <summary>
    /// Whether a receive flow's transfer at <paramref name="position"/> and the <paramref name="count"/> - 1 transfers before it have been
    /// applied. Each lane applies in order, so checking the last position on each lane is enough.
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

    /// <summary>Whether the prerequisites of a transfer have been applied, so that it may be sent.</summary>
    public bool Allow(in SendTransfer transfer) =>
        transfer.AfterFlow < 0 || Include(transfer.AfterFlow, transfer.AfterPosition, transfer.AfterCount);
}
