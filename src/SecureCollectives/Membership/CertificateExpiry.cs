using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>The expiry of a certificate chain.</summary>
/// <param name="NotAfter">The time at which the first certificate in the chain expires.</param>
/// <param name="Rank">The rank of the worker that presents the chain.</param>
internal readonly record struct CertificateExpiry(DateTimeOffset NotAfter, int Rank)
{
    /// <summary>
    /// Returns the earlier of two chains' expiries. If they are equal, the lower rank's is returned, so that both sides agree.
    /// </summary>
    public static CertificateExpiry First(PeerIdentity one, PeerIdentity other) =>
        (one.NotAfter, one.Worker.Rank).CompareTo((other.NotAfter, other.Worker.Rank)) < 0
            ? new CertificateExpiry(one.NotAfter, one.Worker.Rank)
            : new CertificateExpiry(other.NotAfter, other.Worker.Rank);
}
