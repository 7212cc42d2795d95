using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// A lane that carries frames: the connection with its two halves, and what is known of their ends. The link owns the connection and its
/// keys.
/// </summary>
internal sealed class OpenLane(LinkLane lane, LoopOptions options)
{
    public Lane Connection { get; } = lane.Lane;

    public LaneSender Sender { get; } = new(lane.Lane, lane.Sealer, options);

    public LaneReceiver Receiver { get; } = new(lane.Lane, lane.Opener);

    /// <summary>
    /// Whether nothing can be sent any more. No verdict: the peer may have said why it stops, and that lies in the receiving direction.
    /// </summary>
    public bool SendBroken { get; private set; }

    /// <summary>How the receiving direction ended; null while it has not.</summary>
    public LaneOutcome? End { get; set; }

    /// <summary>Whether all was read that the peer has sent, and thrown away.</summary>
    public bool IsDrained { get; set; }

    /// <summary>Bytes of finished frames, in the direction that carried more.</summary>
    public long CarriedBytes => Math.Max(Sender.FrameBytes, Receiver.FrameBytes);

    /// <summary>What it has carried so far.</summary>
    public LaneTotals Totals => new(Sender.Bytes, Receiver.Bytes, (long)(lane.Sealer.Generation + lane.Opener.Generation));

    /// <summary>Takes note of how an attempt to send came out.</summary>
    /// <returns>Whether bytes moved.</returns>
    public bool Sent(LaneOutcome outcome)
    {
        SendBroken |= outcome is not (LaneOutcome.Moved or LaneOutcome.WouldBlock);
        return outcome == LaneOutcome.Moved;
    }
}
