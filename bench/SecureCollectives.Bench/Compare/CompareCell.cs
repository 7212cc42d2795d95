namespace SecureCollectives.Bench.Compare;

/// <summary>The unit of comparison: one collective at one size.</summary>
/// <param name="Collective">The collective's name in <see cref="ComparedCollective.All"/>.</param>
/// <param name="Bytes">The size of the larger of the input and the output buffer, in bytes.</param>
internal readonly record struct CompareCell(string Collective, long Bytes)
{
    /// <summary>Below this size, only the time of an operation is reported, not its bandwidth.</summary>
    public const long SmallestBandwidthBytes = 1024;

    public bool IsLatency => Bytes < SmallestBandwidthBytes;
}
