using SecureCollectives.Framing;

namespace SecureCollectives.Transport.Schedules;

/// <summary>One chunk to send.</summary>
/// <param name="Kind">Data or a message.</param>
/// <param name="Phase">Phase of the collective.</param>
/// <param name="Step">Step over all windows.</param>
/// <param name="Chunk">Chunk of the shard.</param>
/// <param name="Source">What to send. Empty data is not sent at all, an empty message is.</param>
/// <param name="AfterFlow">The receive flow that must have got far enough first; -1 where nothing must.</param>
/// <param name="AfterPosition">The position in that flow that must have been applied.</param>
/// <param name="AfterCount">How many positions of that flow must have been applied: this one and those just before it. On each lane they
/// come in order, on several lanes not.</param>
/// <param name="KeptAt">
/// Where in the output the chunk, of data from the input, belongs as well: a rank's own part of the result, copied while the sending has it
/// in the cache. -1 where nowhere.
/// </param>
internal readonly record struct SendTransfer(
    FrameKind Kind, FramePhase Phase, uint Step, uint Chunk, Region Source, int AfterFlow, long AfterPosition, int AfterCount = 1,
        long KeptAt = -1);
