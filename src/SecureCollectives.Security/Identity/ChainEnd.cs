using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// When the chain of an accepted certificate ends, kept with the certificate itself: TLS hands its user the leaf alone, after the chain
/// that was judged is gone. What is kept lives as long as the certificate object and no longer.
/// </summary>
internal static class ChainEnd
{
    private static readonly ConditionalWeakTable<X509Certificate2, object> Ends = [];

    /// <param name="leaf">The accepted certificate, the very object that TLS hands out.</param>
    /// <param name="notAfter">When the first certificate of its chain expires.</param>
    public static void Remember(X509Certificate2 leaf, DateTimeOffset notAfter) => Ends.AddOrUpdate(leaf, notAfter);

    /// <summary>When the first certificate of its chain expires; its own end where the chain is not known.</summary>
    public static DateTimeOffset Of(X509Certificate2 leaf) => Find(leaf) ?? leaf.NotAfter;

    /// <summary>
    /// Returns when the first certificate of its chain expires; null if the chain is not known. The certificate may be disposed.
    /// </summary>
    public static DateTimeOffset? Find(X509Certificate2 leaf) => Ends.TryGetValue(leaf, out var end) ? (DateTimeOffset)end : null;
}
