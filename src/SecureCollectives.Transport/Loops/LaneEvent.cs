using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <summary>
/// Something that happened on a lane and that the loop must judge, not the pumps. The lane delivers nothing more until the loop has.
/// </summary>
internal abstract record LaneEvent
{
    /// <summary>The peer aborted.</summary>
    public sealed record PeerAborted(AbortMessage Notice) : LaneEvent;

    /// <summary>The peer made a different call.</summary>
    /// <param name="Theirs">The call that the peer made, as its descriptor states it.</param>
    /// <param name="Operation">The number of the peer's operation: the current one, or an earlier one in which this rank expected nothing
    /// from the peer.</param>
    public sealed record CallDiffers(OperationDescriptor Theirs, ulong Operation) : LaneEvent;

    /// <summary>A frame was not the expected one, or failed authentication.</summary>
    public sealed record FrameRefused(OpenStatus Status) : LaneEvent;

    /// <summary>The connection ended while the operation still needs it.</summary>
    /// <param name="Outcome">How the connection ended: in order, broken, or with bytes that were altered on the way.</param>
    /// <param name="Fault">What the lane knows about the cause; null if nothing more is known.</param>
    public sealed record Ended(LaneOutcome Outcome, string? Fault) : LaneEvent;
}
