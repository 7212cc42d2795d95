using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <summary>Discards the bytes that a lane still receives.</summary>
internal static class Drain
{
    private const int MaxReads = 64;
    private const int Length = 64 * 1024;

    /// <summary>Reads and discards the bytes that have arrived.</summary>
    /// <returns>Whether the peer has ended its side.</returns>
    public static bool ToTheEnd(OpenLane lane)
    {
        // Bounded, so that a peer that never stops sending cannot occupy this loop.
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
