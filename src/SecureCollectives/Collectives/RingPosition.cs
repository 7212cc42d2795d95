namespace SecureCollectives.Collectives;

/// <summary>A transfer's place in a ring schedule.</summary>
/// <param name="Window">The window, from 0.</param>
/// <param name="Step">The step within the window, from 0.</param>
/// <param name="Chunk">The chunk within the shard, from 0.</param>
/// <param name="ChunksPerShard">
/// The number of chunks in each shard of this window, which is the distance between the positions of a chunk in two consecutive steps.
/// </param>
internal readonly record struct RingPosition(long Window, int Step, int Chunk, long ChunksPerShard);
