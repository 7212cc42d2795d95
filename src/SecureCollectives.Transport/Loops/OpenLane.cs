using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// A lane that carries frames: the connection with its sender and receiver, and the state of both directions. The link owns the connection
/// and its keys.
/// </summary>
internal sealed class OpenLane(LinkLane lane, LoopOptions options)
{
    public Lane Connection { get; } = lane.Lane;

    public LaneSender Sender { get; } = new(lane.Lane, lane.Sealer, options);

    public LaneReceiver Receiver { get; } = new(lane.Lane, lane.Opener);

    /// <summary>
    /// Whether sending is no longer possible. The lane is still read: the peer may have sent the reason before it stopped.
    /// </summary>
    public bool SendBroken { get; private set; }

    /// <summary>How the receiving direction ended; null while it is open.</summary>
    public LaneOutcome? End { get; set; }

    /// <summary>Whether everything that the peer sent has been read and discarded.</summary>
    public bool IsDrained { get; set; }

    /// <summary>The bytes of complete frames, in the direction that carried more.</summary>
    public long CarriedBytes => Math.Max(Sender.FrameBytes, Receiver.FrameBytes);

    /// <summary>What the lane has carried so far.</summary>
    public LaneTotals Totals => new(Sender.Bytes, Receiver.Bytes, (long)(lane.Sealer.Generation + lane.Opener.Generation));

    /// <summary>Records the outcome of an attempt to send.</summary>
    /// <returns>Whether bytes moved.</returns>
    public bool Sent(LaneOutcome outcome)
    {
        SendBroken |= outcome is not (LaneOutcome.Moved or LaneOutcome.WouldBlock);
        return outcome == LaneOutcome.Moved;
    }
}
