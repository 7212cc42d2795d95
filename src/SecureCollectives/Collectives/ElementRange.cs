namespace SecureCollectives.Collectives;

/// <summary>Elements that follow each other: of a buffer, or of each rank's shard.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ElementRange(long Start, long Count)
{
    /// <summary>The same elements, counted from further before.</summary>
    public ElementRange From(long start) => this with { Start = start + Start };
}
