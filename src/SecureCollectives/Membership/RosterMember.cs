using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>A worker as it announced itself.</summary>
/// <param name="Id">Its identity, as its certificate says.</param>
/// <param name="EndPoint">Where its control endpoint can be reached.</param>
/// <param name="Nonce">32 random bytes of its own.</param>
/// <param name="Suites">The suites that it can use.</param>
internal sealed record RosterMember(WorkerId Id, HostPort EndPoint, ReadOnlyMemory<byte> Nonce, SuiteAnnouncement Suites)
{
    public const int NonceLength = 32;

    private const int MaxCores = 1 << 16;

    /// <summary>Processor cores that it sees.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Of a number on the wire.</summary>
    public static int CoresOf(uint announced) => (int)Math.Min(announced, MaxCores);

    /// <summary>
    /// Whether this is one worker's announcement made twice: its nonce is its own until the roster is out, and its rank's certificate
    /// vouches for it.
    /// </summary>
    public bool IsSameWorkerAs(RosterMember other) =>
        Id == other.Id && EndPoint == other.EndPoint && Cores == other.Cores && Nonce.Span.SequenceEqual(other.Nonce.Span)
            && Suites.IsSameAs(other.Suites);
}
