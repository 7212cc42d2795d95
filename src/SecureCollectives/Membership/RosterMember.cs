using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>A worker, as it announced itself when joining.</summary>
/// <param name="Id">The identity in its certificate.</param>
/// <param name="EndPoint">Its control endpoint, at the address that peers use.</param>
/// <param name="Nonce">32 random bytes that it generated for this join.</param>
/// <param name="Suites">The suites that it can use.</param>
internal sealed record RosterMember(WorkerId Id, HostPort EndPoint, ReadOnlyMemory<byte> Nonce, SuiteAnnouncement Suites)
{
    public const int NonceLength = 32;

    private const int MaxCores = 1 << 16;

    /// <summary>The number of processor cores available to the worker.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Returns the number of cores announced on the wire, capped at 65536.</summary>
    public static int CoresOf(uint announced) => (int)Math.Min(announced, MaxCores);

    /// <summary>
    /// Returns whether both announcements come from the same worker. Only the worker knows its nonce until the roster is complete, and the
    /// certificate proves its rank.
    /// </summary>
    public bool IsSameWorkerAs(RosterMember other) =>
        Id == other.Id && EndPoint == other.EndPoint && Cores == other.Cores && Nonce.Span.SequenceEqual(other.Nonce.Span)
            && Suites.IsSameAs(other.Suites);
}
