namespace SecureCollectives.Collectives;

/// <summary>The part of a local shard that a local ring sends in one transfer.</summary>
/// <param name="FirstShard">The first host whose shard it contains.</param>
/// <param name="LastShard">The last host whose shard it contains; the same as the first unless shards are short.</param>
/// <param name="Chunk">The chunk of the shard; 0, the only one, if it contains several shards.</param>
internal readonly record struct LocalUnit(int FirstShard, int LastShard, int Chunk);
