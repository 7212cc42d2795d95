namespace SecureCollectives.Security.Identity;

internal static class CertificateRefusalExtensions
{
    /// <summary>
    /// Whether the same peer may be accepted in a moment, without anybody changing its configuration: the two clocks are apart, its
    /// certificate is being renewed, or a new authority has reached one side and not yet the other. Nothing is accepted because of it;
    /// whoever tries again judges anew.
    /// </summary>
    public static bool MayPass(this CertificateRefusal refusal) =>
        refusal is CertificateRefusal.NotYetValid or CertificateRefusal.Expired or CertificateRefusal.UntrustedIssuer;
}
