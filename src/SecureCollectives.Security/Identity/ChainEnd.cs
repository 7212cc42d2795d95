using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Attaches the expiry of its chain to an accepted certificate, because TLS gives its user only the leaf, after the judged chain is gone.
/// The entry lives as long as the certificate object.
/// </summary>
internal static class ChainEnd
{
    private static readonly ConditionalWeakTable<X509Certificate2, object> Ends = [];

    /// <summary>Attaches the time to the certificate.</summary>
    /// <param name="leaf">The accepted certificate, the same object that TLS returns.</param>
    /// <param name="notAfter">The time at which the first certificate of its chain expires.</param>
    public static void Remember(X509Certificate2 leaf, DateTimeOffset notAfter) => Ends.AddOrUpdate(leaf, notAfter);

    /// <summary>When the first certificate of its chain expires; its own end where the chain is not known.</summary>
    public static DateTimeOffset Of(X509Certificate2 leaf) => Find(leaf) ?? leaf.NotAfter;

    /// <summary>
    /// Returns when the first certificate of its chain expires; null if the chain is not known. The certificate may be disposed.
    /// </summary>
    public static DateTimeOffset? Find(X509Certificate2 leaf) => Ends.TryGetValue(leaf, out var end) ? (DateTimeOffset)end : null;
}
