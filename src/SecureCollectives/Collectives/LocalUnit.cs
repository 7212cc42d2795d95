namespace SecureCollectives.Collectives;

/// <summary>What a local ring sends at once of a local shard.</summary>
/// <param name="FirstShard">The first host whose shard it holds.</param>
/// <param name="LastShard">The last host whose shard it holds; the same unless shards are short.</param>
/// <param name="Chunk">The chunk of the shard; the first and only one where there are several shards.</param>
internal readonly record struct LocalUnit(int FirstShard, int LastShard, int Chunk);
