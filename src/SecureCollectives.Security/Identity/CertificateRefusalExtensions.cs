namespace SecureCollectives.Security.Identity;

internal static class CertificateRefusalExtensions
{
    /// <summary>
    /// Returns whether the same peer may be accepted soon, without a change of configuration: the clocks differ, its certificate is being
    /// renewed, or a new authority has reached only one side so far. The answer only permits another attempt, which is judged afresh.
    /// </summary>
    public static bool MayPass(this CertificateRefusal refusal) =>
        refusal is CertificateRefusal.NotYetValid or CertificateRefusal.Expired or CertificateRefusal.UntrustedIssuer;
}
