namespace SecureCollectives.Collectives;

/// <summary>A transfer's place in a ring schedule.</summary>
/// <param name="Window">The window, from 0.</param>
/// <param name="Step">The step within the window, from 0.</param>
/// <param name="Chunk">The chunk within the shard, from 0.</param>
/// <param name="ChunksPerShard">Chunks of each shard of this window: how far apart the same chunk's positions are in two steps that follow
/// each other.</param>
internal readonly record struct RingPosition(long Window, int Step, int Chunk, long ChunksPerShard);
