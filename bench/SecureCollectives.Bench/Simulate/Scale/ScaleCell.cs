namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>One world, one size and one network.</summary>
/// <param name="World">The number of ranks.</param>
/// <param name="Bytes">The size of the buffer, as requested.</param>
/// <param name="BitsPerSecond">The rate of each host's interface.</param>
internal readonly record struct ScaleCell(int World, long Bytes, long BitsPerSecond);
