using SecureCollectives.Security.Identity;

namespace SecureCollectives.Membership;

/// <summary>The end of a certificate.</summary>
/// <param name="NotAfter">When it expires.</param>
/// <param name="Rank">Whose it is.</param>
internal readonly record struct CertificateExpiry(DateTimeOffset NotAfter, int Rank)
{
    /// <summary>
    /// Returns the earlier of two chains' ends. If both end at the same time, it is the lower rank's, so that both sides say the same.
    /// </summary>
    public static CertificateExpiry First(PeerIdentity one, PeerIdentity other) =>
        (one.NotAfter, one.Worker.Rank).CompareTo((other.NotAfter, other.Worker.Rank)) < 0
            ? new CertificateExpiry(one.NotAfter, one.Worker.Rank)
            : new CertificateExpiry(other.NotAfter, other.Worker.Rank);
}
