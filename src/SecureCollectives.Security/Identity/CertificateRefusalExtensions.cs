namespace SecureCollectives.Security.Identity;

internal static class CertificateRefusalExtensions
{
    /// <summary>
    /// Returns whether the same peer may become acceptable soon without a change of configuration: because clocks differ, its certificate
    /// is being renewed, or a new authority has so far reached only one side. It only permits a retry, which is judged afresh.
    /// </summary>
    public static bool MayPass(this CertificateRefusal refusal) =>
        refusal is CertificateRefusal.NotYetValid or CertificateRefusal.Expired or CertificateRefusal.UntrustedIssuer;
}
