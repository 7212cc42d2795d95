namespace SecureCollectives.Membership;

/// <summary>Names ranks in messages.</summary>
internal static class Ranks
{
    private const int MaxNamed = 16;

    /// <summary>Returns "Rank 3" or "Ranks 1, 3, 4". A long list ends with the number of ranks omitted, such as "and 5 more".</summary>
    public static string Name(IReadOnlyCollection<int> ranks) =>
        (ranks.Count == 1 ? "Rank " : "Ranks ")
        + string.Join(", ", ranks.Take(MaxNamed))
        + (ranks.Count > MaxNamed ? $" and {ranks.Count - MaxNamed} more" : string.Empty);
}
