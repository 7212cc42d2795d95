using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>One chunk to receive.</summary>
/// <param name="Kind">Data or a message.</param>
/// <param name="Phase">Phase of the collective.</param>
/// <param name="Step">Step over all windows.</param>
/// <param name="Chunk">Chunk of the shard.</param>
/// <param name="Action">What becomes of it.</param>
/// <param name="Operand">What it is reduced with, for reductions.</param>
/// <param name="Target">Where the result goes; in the output.</param>
/// <param name="AfterSend">
/// The position in the flow to the same peer, on the same lane, that must have been sent first, because applying this overwrites it; -1
/// where nothing must.
/// </param>
/// <param name="AfterFlow">The receive flow that must have got far enough first, because it makes the operand; -1 where nothing
/// must.</param>
/// <param name="AfterPosition">The position in that flow that must have been applied.</param>
/// <param name="OperandIsLeft">
/// Whether the operand is the left side of a reduction: where both ends compute the same result, both must take the same side for the left.
/// Otherwise what was received is, which holds the ranks before this one.
/// </param>
internal readonly record struct ReceiveTransfer(
    FrameKind Kind,
    FramePhase Phase,
    uint Step,
    uint Chunk,
    ReceiveAction Action,
    Region Operand,
    Region Target,
    long AfterSend = -1,
    int AfterFlow = -1,
    long AfterPosition = 0,
    bool OperandIsLeft = false);
