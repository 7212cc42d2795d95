using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>What a finished handshake tells about the other side.</summary>
/// <param name="Worker">Who it is.</param>
/// <param name="LeafHash">SHA-256 of its leaf certificate, for the link's transcript.</param>
/// <param name="NotAfter">When the first certificate of its chain expires. No link with it outlives this.</param>
internal sealed record PeerIdentity(WorkerId Worker, ReadOnlyMemory<byte> LeafHash, DateTimeOffset NotAfter)
{
    /// <param name="leaf">The peer's certificate of a handshake made with options of <see cref="TlsOptionsFactory"/>, which judged
    /// it.</param>
    /// <param name="map">Which identity stands for which rank; the one by which the certificate was judged.</param>
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
