using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>The identity of a peer after a TLS handshake.</summary>
/// <param name="Worker">The worker that the peer is.</param>
/// <param name="LeafHash">The SHA-256 of the peer's leaf certificate, for the link's transcript.</param>
/// <param name="NotAfter">The earliest expiry of any certificate in the peer's chain. No link to the peer outlives it.</param>
internal sealed record PeerIdentity(WorkerId Worker, ReadOnlyMemory<byte> LeafHash, DateTimeOffset NotAfter)
{
    /// <summary>Returns the identity in an accepted certificate.</summary>
    /// <param name="leaf">The peer's certificate, accepted in a handshake with options from <see cref="TlsOptionsFactory"/>.</param>
    /// <param name="map">The map of identities under which the certificate was judged.</param>
    public static PeerIdentity Of(X509Certificate2 leaf, IdentityMap map)
    {
        if (!LeafExtensions.TryRead(leaf, out var extensions)
            || extensions.Uris is not [string uri]
            || !map.TryRead(uri, out var worker))
        {
            throw new UnreachableException("A certificate that names no worker was treated as accepted.");
        }

        return new PeerIdentity(worker, SHA256.HashData(leaf.RawDataMemory.Span), ChainEnd.Of(leaf));
    }

    /// <summary>Returns this worker's own identity as it presented it in a handshake.</summary>
    /// <param name="leaf">A copy of the certificate, which stays readable after the files are reloaded.</param>
    /// <param name="presented">The certificate object that TLS used, from a <see cref="WorkerIdentity"/>, disposed or not. It determines
    /// the expiry of the whole chain, not only of the leaf.</param>
    /// <param name="map">The map from ranks to identities.</param>
    public static PeerIdentity OfOwn(X509Certificate2 leaf, X509Certificate2 presented, IdentityMap map) =>
        Of(leaf, map) is var own && ChainEnd.Find(presented) is { } end ? own with { NotAfter = end } : own;
}
