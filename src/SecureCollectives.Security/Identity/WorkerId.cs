using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Who a worker is: <c>spiffe://&lt;trust-domain&gt;/job/&lt;job&gt;/rank/&lt;n&gt;</c>, the one URI in its certificate.
/// An instance always holds valid parts, so that no code behind this type checks them again.
/// </summary>
/// <remarks>
/// There is one spelling of each identity: lower case, no percent-encoding, no leading zero. Two identities are therefore equal
/// exactly when their URIs are equal byte for byte, and nothing is folded or decoded before they are compared.
/// </remarks>
internal sealed record WorkerId
{
    /// <summary>SPIFFE-ID, section 2.3: implementations must support, and need not exceed, 2048 bytes.</summary>
    public const int MaxUriLength = 2048;

    private const string Scheme = "spiffe://";
    private const string JobSegment = "job";
    private const string RankSegment = "rank";

    // SPIFFE-ID, section 2.1: a trust domain is at most 255 bytes.
    private const int MaxTrustDomainLength = 255;
    private const int MaxJobLength = 63;

    private WorkerId(string trustDomain, string job, int rank)
    {
        TrustDomain = trustDomain;
        Job = job;
        Rank = rank;
    }

    public string TrustDomain { get; }

    public string Job { get; }

    public int Rank { get; }

    /// <exception cref="ArgumentException">A part is not valid; the message says which and what is allowed.</exception>
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

        return new WorkerId(trustDomain, job, rank);
    }

    /// <summary>Reads the exact form <see cref="ToString"/> writes and nothing else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out WorkerId? worker)
    {
        worker = null;
        if (uri is null || uri.Length > MaxUriLength || !uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        // One part more than allowed, so that a trailing segment is seen instead of cut off.
        Span<Range> parts = stackalloc Range[6];
        var rest = uri.AsSpan(Scheme.Length);
        if (rest.Split(parts, '/') != 5
            || !rest[parts[1]].SequenceEqual(JobSegment)
            || !rest[parts[3]].SequenceEqual(RankSegment)
            || !IsTrustDomain(rest[parts[0]])
            || !IsJob(rest[parts[2]])
            || !TryParseRank(rest[parts[4]], out var rank))
        {
            return false;
        }

        worker = new WorkerId(rest[parts[0]].ToString(), rest[parts[2]].ToString(), rank);
        return true;
    }

    /// <summary>Reads <c>spiffe://&lt;trust-domain&gt;</c>, which a certificate authority carries in place of a worker's URI.</summary>
    public static bool TryParseTrustDomainUri([NotNullWhen(true)] string? uri, [NotNullWhen(true)] out string? trustDomain)
    {
        trustDomain = null;
        if (uri is null || !uri.StartsWith(Scheme, StringComparison.Ordinal) || !IsTrustDomain(uri.AsSpan(Scheme.Length)))
        {
            return false;
        }

        trustDomain = uri[Scheme.Length..];
        return true;
    }

    public static string TrustDomainUri(string trustDomain) => Scheme + trustDomain;

    public static bool IsTrustDomain(ReadOnlySpan<char> text)
        => text.Length is >= 1 and <= MaxTrustDomainLength && IsNameText(text);

    // SPIFFE-ID, section 2.2: a path segment is never "." or "..".
    public static bool IsJob(ReadOnlySpan<char> text)
        => text.Length is >= 1 and <= MaxJobLength && IsNameText(text) && text is not "." and not "..";

    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Scheme}{TrustDomain}/{JobSegment}/{Job}/{RankSegment}/{Rank}");

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

    private static bool TryParseRank(ReadOnlySpan<char> text, out int rank)
    {
        rank = 0;
        var leadingZero = text.Length > 1 && text[0] == '0';
        return !leadingZero && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rank);
    }
}
