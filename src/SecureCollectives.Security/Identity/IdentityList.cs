namespace SecureCollectives.Security.Identity;

/// <summary>
/// Reads a list of identities: one line per rank, consisting of the rank, blanks and its SPIFFE ID. Empty lines and lines that start with
/// '#' are ignored.
/// </summary>
internal static class IdentityList
{
    /// <summary>The maximum number of ranks listed in a message.</summary>
    private const int MaxNamed = 8;

    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>Parses a list.</summary>
    /// <param name="text">The text of the list.</param>
    /// <param name="name">The list's name, for messages.</param>
    /// <param name="worldSize">The number of ranks. Each must have exactly one identity, and no other rank may be listed.</param>
    /// <param name="job">This worker's job.</param>
    /// <exception cref="InvalidIdentityException">The text is not a list of these ranks, or two ranks share an identity; the message names
    /// the line.</exception>
    public static ListedIdentities Parse(string text, string name, int worldSize, string? job)
    {
        if (job is null || !WorkerId.IsJob(job))
        {
            var fault = job is null ? "the job's name is not set" : $"'{PrintableText.Of(job)}' is not a job name";
            throw new InvalidIdentityException($"A list of identities does not name the job, and {fault}. "
                + "Set SECURE_COLLECTIVES_JOB to the same name on all workers: it keeps the sessions of different jobs apart. "
                + $"Use 1 to {WorkerId.MaxJobLength} of a-z, 0-9, '.', '-' and '_'.");
        }

        var uris = new string?[worldSize];
        var lines = new int[worldSize];
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        string? trustDomain = null;
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var entry = line.Trim(Blanks);
            if (!entry.IsEmpty && entry[0] != '#')
            {
                Read(entry);
            }
        }

        int[] missing = [.. Enumerable.Range(0, worldSize).Where(rank => uris[rank] is null)];
        return missing is []
            ? new ListedIdentities(uris!, job)
            : throw new InvalidIdentityException(
                $"{name} has no identity for {(missing.Length == 1 ? "rank" : "ranks")} {string.Join(", ", missing.Take(MaxNamed))}"
                    + (missing.Length > MaxNamed ? $" and {missing.Length - MaxNamed} more" : string.Empty)
                    + $"; the world size is {worldSize}. Write a line for each rank.");

        void Read(ReadOnlySpan<char> entry)
        {
            var end = entry.IndexOfAny(Blanks);
            if (end < 0 || !WorkerId.TryParseRank(entry[..end], out var rank))
            {
                throw Refuse($"is not a rank and an identity separated by blanks, such as '0 spiffe://example.org/a': '{Shown(entry)}'");
            }

            var uri = entry[end..].Trim(Blanks).ToString();
            if (SpiffeUri.Fault(uri) is { } fault)
            {
                throw Refuse($"has an invalid identity: '{Shown(uri)}' {fault}");
            }

            if (rank >= worldSize)
            {
                throw Refuse($"is for rank {rank}, but the world size is {worldSize}");
            }

            if (uris[rank] is not null)
            {
                throw Refuse($"gives rank {rank} a different identity from line {lines[rank]}");
            }

            if (ranks.TryGetValue(uri, out var other))
            {
                throw Refuse($"gives rank {rank} the identity of rank {other} (line {lines[other]}): either could pass for the other. "
                    + "Give each worker its own certificate with its own identity");
            }

            trustDomain ??= SpiffeUri.TrustDomainOf(uri);
            if (SpiffeUri.TrustDomainOf(uri) != trustDomain)
            {
                throw Refuse($"is in trust domain '{SpiffeUri.TrustDomainOf(uri)}', "
                    + $"but earlier lines are in '{trustDomain}'; a job has only one trust domain");
            }

            (uris[rank], lines[rank], ranks[uri]) = (uri, number, rank);
        }

        InvalidIdentityException Refuse(string fault) => new($"Line {number} of {name} {fault}.");
    }

    private static string Shown(ReadOnlySpan<char> text) => PrintableText.Of(text.ToString());
}
