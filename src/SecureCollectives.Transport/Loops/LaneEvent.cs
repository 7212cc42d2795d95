using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Loops;

/// <summary>What happened on a lane that the lane's pumps do not judge: nothing more comes from it until the loop has.</summary>
internal abstract record LaneEvent
{
    /// <summary>The peer gave up.</summary>
    public sealed record PeerAborted(AbortMessage Notice) : LaneEvent;

    /// <summary>The peer made another call.</summary>
    /// <param name="Theirs">Which.</param>
    /// <param name="Operation">The number of its operation: that of the one at hand, or an earlier one, of which nothing was due
    /// here.</param>
    public sealed record CallDiffers(OperationDescriptor Theirs, ulong Operation) : LaneEvent;

    /// <summary>A frame was not the one due, or failed authentication.</summary>
    public sealed record FrameRefused(OpenStatus Status) : LaneEvent;

    /// <summary>The connection ended where the operation still needs it.</summary>
    /// <param name="Outcome">How.</param>
    /// <param name="Fault">What the lane knows of it; null where that is all.</param>
    public sealed record Ended(LaneOutcome Outcome, string? Fault) : LaneEvent;
}
