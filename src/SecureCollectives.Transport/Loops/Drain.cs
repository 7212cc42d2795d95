using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <summary>Reads what nobody needs any more.</summary>
internal static class Drain
{
    private const int MaxReads = 64;
    private const int Length = 64 * 1024;

    /// <summary>Throws away what is there.</summary>
    /// <returns>Whether the peer has ended.</returns>
    public static bool ToTheEnd(OpenLane lane)
    {
        // Bounded: a peer that never stops sending must not keep this loop.
        for (var reads = 0; !lane.IsDrained && reads < MaxReads; reads++)
        {
            switch (lane.Connection.TryReceive(lane.Receiver.Staging(Length), out _))
            {
                case LaneOutcome.Moved:
                    continue;
                case LaneOutcome.WouldBlock:
                    return false;
                default:
                    lane.IsDrained = true;
                    break;
            }
        }

        return lane.IsDrained;
    }
}
