namespace SecureCollectives.Transport.Loops;

/// <summary>Which lane keeps an operation waiting.</summary>
internal static class SlowestLane
{
    /// <returns>
    /// The lane of which the earliest step is awaited, or else one whose peer takes nothing; null where none keeps it waiting.
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
