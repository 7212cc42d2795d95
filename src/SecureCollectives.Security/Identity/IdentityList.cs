namespace SecureCollectives.Security.Identity;

/// <summary>
/// Reads a list of identities: one line for each rank, with the rank, blanks and its SPIFFE ID. Empty lines and lines that begin with '#'
/// are ignored.
/// </summary>
internal static class IdentityList
{
    /// <summary>The number of ranks named in one message.</summary>
    private const int MaxNamed = 8;

    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>Parses a list.</summary>
    /// <param name="text">The text of the list.</param>
    /// <param name="name">The name of the list, for messages.</param>
    /// <param name="worldSize">The number of ranks. Each must have one identity, and no other rank may be listed.</param>
    /// <param name="job">This worker's job.</param>
    /// <exception cref="InvalidIdentityException">The text is not a list of these ranks, or two ranks have the same identity; the message
    /// names the line.</exception>
    public static ListedIdentities Parse(string text, string name, int worldSize, string? job)
    {
        if (job is null || !WorkerId.IsJob(job))
        {
            var fault = job is null ? "the job's name is not set" : $"'{PrintableText.Of(job)}' is no job's name";
            throw new InvalidIdentityException($"A list of identities names no job, and {fault}. "
                + "Set SECURE_COLLECTIVES_JOB, the same on all workers: it keeps the sessions of different jobs apart. "
                + $"It is 1 to {WorkerId.MaxJobLength} of a-z, 0-9, '.', '-' and '_'.");
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
                throw Refuse($"is not a rank, blanks and an identity, such as '0 spiffe://example.org/worker-a': '{Shown(entry)}'");
            }

            var uri = entry[end..].Trim(Blanks).ToString();
            if (SpiffeUri.Fault(uri) is { } fault)
            {
                throw Refuse($"has an identity that is none: '{Shown(uri)}' {fault}");
            }

            if (rank >= worldSize)
            {
                throw Refuse($"is of rank {rank}, but the world size is {worldSize}");
            }

            if (uris[rank] is not null)
            {
                throw Refuse($"gives rank {rank} another identity than line {lines[rank]}");
            }

            if (ranks.TryGetValue(uri, out var other))
            {
                throw Refuse($"gives rank {rank} the identity of rank {other} (line {lines[other]}): either could pass for the other. "
                    + "Give each worker a certificate of its own with an identity of its own");
            }

            trustDomain ??= SpiffeUri.TrustDomainOf(uri);
            if (SpiffeUri.TrustDomainOf(uri) != trustDomain)
            {
                throw Refuse($"is of trust domain '{SpiffeUri.TrustDomainOf(uri)}', "
                    + $"and lines before it of '{trustDomain}'; all workers of a job are of one");
            }

            (uris[rank], lines[rank], ranks[uri]) = (uri, number, rank);
        }

        InvalidIdentityException Refuse(string fault) => new($"Line {number} of {name} {fault}.");
    }

    private static string Shown(ReadOnlySpan<char> text) => PrintableText.Of(text.ToString());
}
