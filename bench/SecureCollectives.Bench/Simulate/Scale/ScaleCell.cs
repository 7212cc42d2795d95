namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>One world, one size, one network.</summary>
/// <param name="World">Ranks.</param>
/// <param name="Bytes">Of the buffer, as asked for.</param>
/// <param name="BitsPerSecond">Of each host's interface.</param>
internal readonly record struct ScaleCell(int World, long Bytes, long BitsPerSecond);
