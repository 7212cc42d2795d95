namespace SecureCollectives.Transport.Loops;

/// <summary>Finds the lane that delays an operation.</summary>
internal static class SlowestLane
{
    /// <returns>
    /// The lane on which the earliest step is awaited, or else a lane whose peer accepts nothing; null if no lane delays the operation.
    /// </returns>
    public static LanePort? Of(ReadOnlySpan<LanePort> lanes)
    {
        LanePort? slowest = null;
        foreach (var lane in lanes)
        {
            if (lane.Inbound.AwaitsTransfers && (slowest is null || lane.Inbound.AwaitedStep < slowest.Inbound.AwaitedStep))
            {
                slowest = lane;
            }
        }

        if (slowest is not null)
        {
            return slowest;
        }

        foreach (var lane in lanes)
        {
            if (!lane.IsComplete)
            {
                return lane;
            }
        }

        return null;
    }
}
