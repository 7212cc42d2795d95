namespace SecureCollectives.Collectives;

/// <summary>Consecutive elements of a buffer or of each rank's shard.</summary>
/// <param name="Start">The index of the first element.</param>
/// <param name="Count">The number of elements.</param>
internal readonly record struct ElementRange(long Start, long Count)
{
    /// <summary>Returns the range shifted by <paramref name="start"/> elements.</summary>
    public ElementRange From(long start) => this with { Start = start + Start };
}
