using System.Buffers;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// The syntax of a SPIFFE ID with a path (SPIFFE-ID, section 2): <c>spiffe://trust-domain/segment/...</c>. Nothing is decoded or folded:
/// percent signs, and capital letters in the trust domain, are refused, so that each identity has one spelling.
/// </summary>
internal static class SpiffeUri
{
    /// <summary>SPIFFE-ID, section 2.3: implementations must support, and need not exceed, 2048 bytes.</summary>
    public const int MaxLength = 2048;

    public const string Scheme = "spiffe://";

    private static readonly SearchValues<char> SegmentCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    /// <summary>Returns what is wrong with a URI, as the end of a sentence; null if it is a valid SPIFFE ID with a path.</summary>
    /// <param name="uri">The URI; untrusted.</param>
    public static string? Fault(string uri)
    {
        if (uri.Length > MaxLength)
        {
            return $"has {uri.Length} characters; a SPIFFE ID has at most {MaxLength}";
        }

        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return $"does not begin with {Scheme}";
        }

        var trustDomain = TrustDomainOf(uri);
        if (!WorkerId.IsTrustDomain(trustDomain))
        {
            return $"has no valid trust domain after {Scheme}: 1 to 255 of a-z, 0-9, '.', '-' and '_'";
        }

        var path = uri.AsSpan(Scheme.Length + trustDomain.Length);
        if (path.IsEmpty)
        {
            return "has no path after its trust domain; that is the identity of an authority, not of a worker";
        }

        foreach (var range in path[1..].Split('/'))
        {
            var segment = path[1..][range];
            if (segment.IsEmpty || segment is "." or "..")
            {
                return "has a path segment that is empty, '.' or '..'";
            }

            if (segment.ContainsAnyExcept(SegmentCharacters))
            {
                return "has a path with other characters than a-z, A-Z, 0-9, '.', '-', '_' and '/'";
            }
        }

        return null;
    }

    /// <summary>Returns the text between the scheme and the path, without checking it. The URI must begin with the scheme.</summary>
    public static string TrustDomainOf(string uri)
    {
        var end = uri.IndexOf('/', Scheme.Length);
        return end < 0 ? uri[Scheme.Length..] : uri[Scheme.Length..end];
    }
}
