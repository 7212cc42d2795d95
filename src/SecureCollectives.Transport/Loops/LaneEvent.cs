using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// An event on a lane that the loop, not the pumps, must judge. The lane delivers nothing more until the loop has done so.
/// </summary>
internal abstract record LaneEvent
{
    /// <summary>The peer aborted.</summary>
    public sealed record PeerAborted(AbortMessage Notice) : LaneEvent;

    /// <summary>The peer made a different call.</summary>
    /// <param name="Theirs">The call that the peer made, as stated in its descriptor.</param>
    /// <param name="Operation">The number of the peer's operation: the current one, or an earlier one in which this rank expected nothing
    /// from the peer.</param>
    public sealed record CallDiffers(OperationDescriptor Theirs, ulong Operation) : LaneEvent;

    /// <summary>A frame was not the expected one, or failed authentication.</summary>
    public sealed record FrameRefused(OpenStatus Status) : LaneEvent;

    /// <summary>The connection ended while the operation still needs it.</summary>
    /// <param name="Outcome">How the connection ended: in an orderly way, by breaking, or with bytes that were altered in transit.</param>
    /// <param name="Fault">What the lane knows about the cause; null if nothing more is known.</param>
    public sealed record Ended(LaneOutcome Outcome, string? Fault) : LaneEvent;
}
