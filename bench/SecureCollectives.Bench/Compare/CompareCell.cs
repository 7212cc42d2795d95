namespace SecureCollectives.Bench.Compare;

/// <summary>What all contenders are asked to do: one collective of one size.</summary>
/// <param name="Collective">By its name in <see cref="ComparedCollective.All"/>.</param>
/// <param name="Bytes">Its size: that of the larger buffer.</param>
internal readonly record struct CompareCell(string Collective, long Bytes)
{
    /// <summary>Below this the time of an operation says something, and its bandwidth does not.</summary>
    public const long SmallestBandwidthBytes = 1024;

    public bool IsLatency => Bytes < SmallestBandwidthBytes;
}
