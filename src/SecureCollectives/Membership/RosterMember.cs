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

    /// <summary>Whether this is one worker's announcement made twice: its nonce is its own until the roster is out, and its rank's certificate vouches for it.</summary>
    public bool IsSameWorkerAs(RosterMember other) =>
        Id == other.Id && EndPoint == other.EndPoint && Nonce.Span.SequenceEqual(other.Nonce.Span) && Suites.IsSameAs(other.Suites);
}
