using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>The certificates that a link was opened with.</summary>
/// <param name="Expiry">Which of the two expires first, and when.</param>
/// <param name="OwnLeafHash">SHA-256 of this worker's: where its newest one has another, it was renewed since.</param>
internal sealed record LinkCertificates(CertificateExpiry Expiry, ReadOnlyMemory<byte> OwnLeafHash)
{
    public static LinkCertificates Of(PeerIdentity own, PeerIdentity peer) => new(CertificateExpiry.First(own, peer), own.LeafHash);
}
