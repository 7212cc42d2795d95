namespace SecureCollectives.Bench.Compare;

/// <summary>One line of the comparison in each of its blocks.</summary>
/// <param name="Key">Its name in the JSON.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Medium">Where its bytes go inside a host: "memory" or "tcp".</param>
/// <param name="IsPeer">Whether it is another library, to which ours are compared.</param>
internal sealed record Contender(string Key, string Title, string Medium, bool IsPeer);
