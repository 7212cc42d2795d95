using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// A worker's identity: the only URI in its certificate, with the job and rank that the URI stands for. Unless another <see
/// cref="IdentityMap"/> is configured, the URI is <c>spiffe://&lt;trust-domain&gt;/job/&lt;job&gt;/rank/&lt;n&gt;</c>. All parts of an
/// instance are valid, so code that uses it need not check them again.
/// </summary>
/// <remarks>
/// Each identity has exactly one spelling: no percent-encoding, no case folding, no leading zeros. Two identities are therefore equal if
/// and only if their URIs are equal byte for byte.
/// </remarks>
internal sealed record WorkerId
{
    /// <summary>The maximum length of a job name.</summary>
    public const int MaxJobLength = 63;

    private const string JobSegment = "job";
    private const string RankSegment = "rank";

    // SPIFFE-ID, section 2.1: a trust domain is at most 255 bytes.
    private const int MaxTrustDomainLength = 255;

    /// <param name="map">The map that contains the identity.</param>
    /// <param name="uri">The identity, valid.</param>
    /// <param name="trustDomain">The URI's trust domain.</param>
    /// <param name="job">The job named by the URI, or by the configuration if identities name no job.</param>
    /// <param name="rank">The rank that the URI stands for, from 0.</param>
    internal WorkerId(IdentityMap map, string uri, string trustDomain, string job, int rank)
    {
        Map = map;
        Uri = uri;
        TrustDomain = trustDomain;
        Job = job;
        Rank = rank;
    }

    /// <summary>The URI in the worker's certificate.</summary>
    public string Uri { get; }

    public string TrustDomain { get; }

    public string Job { get; }

    public int Rank { get; }

    /// <summary>The map that contains this identity and those of the other ranks.</summary>
    public IdentityMap Map { get; }

    /// <summary>Creates a worker with an identity in the default form.</summary>
    /// <exception cref="ArgumentException">An argument is not valid; the message says which one, and what is allowed.</exception>
    public static WorkerId Create(string trustDomain, string job, int rank)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        if (!IsTrustDomain(trustDomain))
        {
            throw new ArgumentException(
                $"'{trustDomain}' is not a trust domain: use 1 to {MaxTrustDomainLength} of a-z, 0-9, '.', '-' and '_'.",
                    nameof(trustDomain));
        }

        if (!IsJob(job))
        {
            throw new ArgumentException(
                $"'{job}' is not a job name: use 1 to {MaxJobLength} of a-z, 0-9, '.', '-' and '_', but not '.' or '..' alone.",
                    nameof(job));
        }

        return OfDefaultForm(trustDomain, job, rank);
    }

    /// <summary>Reads an identity in the default form. Accepts exactly what <see cref="Create"/> writes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out WorkerId? worker)
    {
        worker = null;
        if (uri is null || uri.Length > SpiffeUri.MaxLength || !uri.StartsWith(SpiffeUri.Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        // One more part than allowed, so that a trailing segment is noticed instead of becoming part of the rank.
        Span<Range> parts = stackalloc Range[6];
        var rest = uri.AsSpan(SpiffeUri.Scheme.Length);
        if (rest.Split(parts, '/') != 5
            || !rest[parts[1]].SequenceEqual(JobSegment)
            || !rest[parts[3]].SequenceEqual(RankSegment)
            || !IsTrustDomain(rest[parts[0]])
            || !IsJob(rest[parts[2]])
            || !TryParseRank(rest[parts[4]], out var rank))
        {
            return false;
        }

        worker = OfDefaultForm(rest[parts[0]].ToString(), rest[parts[2]].ToString(), rank);
        return true;
    }

    /// <summary>Reads <c>spiffe://&lt;trust-domain&gt;</c>, which an authority's certificate has instead of a worker's URI.</summary>
    public static bool TryParseTrustDomainUri([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out string? trustDomain)
    {
        trustDomain = null;
        if (uri is null || !uri.StartsWith(SpiffeUri.Scheme, StringComparison.Ordinal)
            || !IsTrustDomain(uri.AsSpan(SpiffeUri.Scheme.Length)))
        {
            return false;
        }

        trustDomain = uri[SpiffeUri.Scheme.Length..];
        return true;
    }

    public static string TrustDomainUri(string trustDomain) => SpiffeUri.Scheme + trustDomain;

    public static bool IsTrustDomain(ReadOnlySpan<char> text)
        => text.Length is >= 1 and <= MaxTrustDomainLength && IsNameText(text);

    // SPIFFE-ID, section 2.2: a path segment is never "." or "..".
    public static bool IsJob(ReadOnlySpan<char> text)
        => text.Length is >= 1 and <= MaxJobLength && IsNameText(text) && text is not "." and not "..";

    /// <summary>Parses a rank, which has only one spelling: decimal digits without leading zeros.</summary>
    public static bool TryParseRank(ReadOnlySpan<char> text, out int rank)
    {
        rank = 0;
        var leadingZero = text.Length > 1 && text[0] == '0';
        return !leadingZero && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rank);
    }

    /// <summary>Returns the worker with another rank in the same job.</summary>
    /// <exception cref="ArgumentException">The job has no such rank.</exception>
    public WorkerId OfRank(int rank) => Map.Create(TrustDomain, Job, rank);

    public bool Equals(WorkerId? other) => other is not null && Uri == other.Uri && Job == other.Job && Rank == other.Rank;

    public override int GetHashCode() => HashCode.Combine(Uri, Job, Rank);

    /// <summary>Returns the URI.</summary>
    public override string ToString() => Uri;

    private static WorkerId OfDefaultForm(string trustDomain, string job, int rank)
    {
        var uri = string.Create(
            CultureInfo.InvariantCulture, $"{SpiffeUri.Scheme}{trustDomain}/{JobSegment}/{job}/{RankSegment}/{rank}");
        return new WorkerId(IdentityMap.Default, uri, trustDomain, job, rank);
    }

    private static bool IsNameText(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-' or '_'))
            {
                return false;
            }
        }

        return true;
    }
}
