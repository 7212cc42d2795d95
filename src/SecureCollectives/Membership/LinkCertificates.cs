using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>The certificates with which a link was opened.</summary>
/// <param name="Expiry">Which of the two expires first, and when.</param>
/// <param name="OwnLeafHash">SHA-256 of this worker's leaf.</param>
/// <param name="OwnNotAfter">When the first certificate of this worker's chain expires.</param>
internal sealed record LinkCertificates(CertificateExpiry Expiry, ReadOnlyMemory<byte> OwnLeafHash, DateTimeOffset OwnNotAfter)
{
    public static LinkCertificates Of(PeerIdentity own, PeerIdentity peer) =>
        new(CertificateExpiry.First(own, peer), own.LeafHash, own.NotAfter);

    /// <summary>
    /// Returns whether this worker's certificate has since been renewed: its leaf has changed, or the same leaf has a chain that expires
    /// later.
    /// </summary>
    public bool IsRenewedBy(WorkerIdentity newest) =>
        newest.NotAfter > OwnNotAfter || !newest.LeafHash.Span.SequenceEqual(OwnLeafHash.Span);
}
