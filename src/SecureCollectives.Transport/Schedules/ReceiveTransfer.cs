using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>One chunk to receive.</summary>
/// <param name="Kind">The kind of the chunk's frame: data or message.</param>
/// <param name="Phase">The phase of the collective to which the chunk belongs.</param>
/// <param name="Step">The step, counted over all windows.</param>
/// <param name="Chunk">The number of the chunk within its shard.</param>
/// <param name="Action">Whether to copy the chunk or to combine it with the operand.</param>
/// <param name="Operand">The region to combine the chunk with; used by reductions only.</param>
/// <param name="Target">The region that takes the result; in the output.</param>
/// <param name="AfterSend">The position in the send flow to the same peer, on the same lane, that must have been sent first, because
/// applying this transfer overwrites its source; -1 for none.</param>
/// <param name="AfterFlow">The receive flow that produces the operand and must have reached <paramref name="AfterPosition"/> first; -1 for
/// none.</param>
/// <param name="AfterPosition">The position in <paramref name="AfterFlow"/> that must have been applied.</param>
/// <param name="OperandIsLeft">Whether the operand is the left side of a reduction. If both ends compute the same result, both must put the
/// same value on the left. Otherwise the received chunk, which combines the ranks before this one, is the left side.</param>
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
