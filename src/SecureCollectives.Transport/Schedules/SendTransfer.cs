using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>One chunk to send.</summary>
/// <param name="Kind">The kind of the chunk's frame: data or message.</param>
/// <param name="Phase">The phase of the collective to which the chunk belongs.</param>
/// <param name="Step">The step, counted over all windows.</param>
/// <param name="Chunk">The number of the chunk within its shard.</param>
/// <param name="Source">The region to send. Empty data is not sent at all; an empty message is.</param>
/// <param name="AfterFlow">The receive flow that must have reached <paramref name="AfterPosition"/> first; -1 for none.</param>
/// <param name="AfterPosition">The position in <paramref name="AfterFlow"/> that must have been applied.</param>
/// <param name="AfterCount">How many positions of that flow must have been applied: <paramref name="AfterPosition"/> and those directly
/// before it. Positions complete in order on one lane, but not across lanes.</param>
/// <param name="KeptAt">The offset in the output, in bytes, to which a chunk of the input is also copied: it is this rank's own part of the
/// result, and sending has just brought it into the cache. -1 for none.</param>
internal readonly record struct SendTransfer(
    FrameKind Kind, FramePhase Phase, uint Step, uint Chunk, Region Source, int AfterFlow, long AfterPosition, int AfterCount = 1,
        long KeptAt = -1);
