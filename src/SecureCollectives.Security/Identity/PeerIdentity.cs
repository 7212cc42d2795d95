using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>The identity of a peer after a TLS handshake.</summary>
/// <param name="Worker">The worker that the peer is.</param>
/// <param name="LeafHash">SHA-256 of its leaf certificate, for the link's transcript.</param>
/// <param name="NotAfter">The time at which the first certificate of its chain expires. No link to the peer outlives it.</param>
internal sealed record PeerIdentity(WorkerId Worker, ReadOnlyMemory<byte> LeafHash, DateTimeOffset NotAfter)
{
    /// <summary>Returns the identity in an accepted certificate.</summary>
    /// <param name="leaf">The peer's certificate from a handshake with options of <see cref="TlsOptionsFactory"/>, which accepted
    /// it.</param>
    /// <param name="map">The map of identities by which the certificate was judged.</param>
    public static PeerIdentity Of(X509Certificate2 leaf, IdentityMap map)
    {
        if (!LeafExtensions.TryRead(leaf, out var extensions)
            || extensions.Uris is not [string uri]
            || !map.TryRead(uri, out var worker))
        {
            throw new UnreachableException("A certificate that names no worker was taken for an accepted one.");
        }

        return new PeerIdentity(worker, SHA256.HashData(leaf.RawDataMemory.Span), ChainEnd.Of(leaf));
    }

    /// <summary>Returns this worker's own identity as it presented it in a handshake.</summary>
    /// <param name="leaf">A copy of the certificate, which stays readable when the files are reloaded.</param>
    /// <param name="presented">The certificate object that TLS used: that of a <see cref="WorkerIdentity"/>, disposed or not. Its chain
    /// counts, not only the leaf.</param>
    /// <param name="map">Which identity stands for which rank.</param>
    public static PeerIdentity OfOwn(X509Certificate2 leaf, X509Certificate2 presented, IdentityMap map) =>
        Of(leaf, map) is var own && ChainEnd.Find(presented) is { } end ? own with { NotAfter = end } : own;
}
