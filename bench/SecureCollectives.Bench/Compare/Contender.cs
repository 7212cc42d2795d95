namespace SecureCollectives.Bench.Compare;

/// <summary>One line of each block of the comparison.</summary>
/// <param name="Key">The contender's name in the JSON.</param>
/// <param name="Title">The contender's name in the table.</param>
/// <param name="Medium">How bytes travel within a host: "memory" or "tcp".</param>
/// <param name="IsPeer">Whether this is another library, with which ours is compared.</param>
internal sealed record Contender(string Key, string Title, string Medium, bool IsPeer);
