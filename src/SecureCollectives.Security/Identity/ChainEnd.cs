using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Attaches the expiry of its chain to an accepted certificate, because the judged chain is gone by the time TLS hands over the leaf. The
/// entry lives as long as the certificate object.
/// </summary>
internal static class ChainEnd
{
    private static readonly ConditionalWeakTable<X509Certificate2, object> Ends = [];

    /// <summary>Attaches a chain's expiry to its leaf.</summary>
    /// <param name="leaf">The accepted certificate: the same object that TLS returns.</param>
    /// <param name="notAfter">The earliest expiry of any certificate in its chain.</param>
    public static void Remember(X509Certificate2 leaf, DateTimeOffset notAfter) => Ends.AddOrUpdate(leaf, notAfter);

    /// <summary>Returns the earliest expiry in the certificate's chain, or the leaf's own if the chain is not known.</summary>
    public static DateTimeOffset Of(X509Certificate2 leaf) => Find(leaf) ?? leaf.NotAfter;

    /// <summary>
    /// Returns the earliest expiry in the certificate's chain; null if the chain is not known. The certificate may have been disposed.
    /// </summary>
    public static DateTimeOffset? Find(X509Certificate2 leaf) => Ends.TryGetValue(leaf, out var end) ? (DateTimeOffset)end : null;
}
