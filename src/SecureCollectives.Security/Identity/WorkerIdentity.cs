using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// This worker's own identity: its certificate, private key and trust roots. Immutable; a renewed certificate makes a new instance.
/// </summary>
internal sealed class WorkerIdentity : IDisposable
{
    private readonly X509Certificate2 _leaf;
    private readonly X509Certificate2Collection _intermediates;

    private WorkerIdentity(CertificateVerdict verdict, X509Certificate2 leaf, X509Certificate2Collection intermediates,
        X509Certificate2Collection roots)
    {
        _leaf = leaf;
        _intermediates = intermediates;
        Worker = verdict.Worker!;
        Roots = roots;
        NotBefore = leaf.NotBefore;
        LeafHash = SHA256.HashData(leaf.RawDataMemory.Span);
        NotAfter = verdict.NotAfter;
        ChainEnd.Remember(leaf, verdict.NotAfter);
        // Offline: the chain is sent as given, and URLs in certificates are never fetched.
        CertificateContext = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
    }

    public WorkerId Worker { get; }

    /// <summary>The leaf, key and intermediates in the form that TLS needs.</summary>
    public SslStreamCertificateContext CertificateContext { get; }

    /// <summary>The only certificates in which a peer's chain may end. Callers must not modify the collection.</summary>
    public X509Certificate2Collection Roots { get; }

    /// <summary>The SHA-256 of the leaf certificate, as the peer computes it.</summary>
    public ReadOnlyMemory<byte> LeafHash { get; }

    /// <summary>The time from which the leaf is valid.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The earliest expiry of any certificate in the chain, including the leaf.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Creates an identity from PEM texts.</summary>
    /// <param name="certificatePem">The leaf, followed by intermediates, if any.</param>
    /// <param name="keyPem">The leaf's private key, unencrypted.</param>
    /// <param name="rootsPem">One or more trust roots.</param>
    /// <param name="now">The time at which the certificate must be valid.</param>
    /// <param name="map">The map of identities; null for the default form.</param>
    /// <exception cref="InvalidIdentityException">
    /// A text is unreadable, the key does not match the certificate, or our rules refuse the certificate, as every peer's would.
    /// </exception>
    public static WorkerIdentity Create(
        ReadOnlySpan<char> certificatePem, ReadOnlySpan<char> keyPem, ReadOnlySpan<char> rootsPem, DateTimeOffset now,
            IdentityMap? map = null)
    {
        var chain = PemCertificates.ReadChain(certificatePem, "The certificate's PEM text");
        X509Certificate2Collection roots;
        try
        {
            roots = PemCertificates.ReadRoots(rootsPem, "The trust roots' PEM text");
        }
        catch
        {
            PemCertificates.DisposeAll(chain);
            throw;
        }

        return Create(chain, keyPem, roots, now, map);
    }

    /// <summary>Creates an identity from certificates and the key's PEM text.</summary>
    /// <param name="chain">The leaf, followed by intermediates, if any. Owned by the result, or disposed if this throws.</param>
    /// <param name="keyPem">The leaf's private key, unencrypted.</param>
    /// <param name="roots">One or more trust roots. Owned by the result, or disposed if this throws.</param>
    /// <param name="now">The time at which the certificate must be valid.</param>
    /// <param name="map">The map of identities; null for the default form.</param>
    /// <inheritdoc cref="Create(ReadOnlySpan{char}, ReadOnlySpan{char}, ReadOnlySpan{char}, DateTimeOffset, IdentityMap?)"/>
    public static WorkerIdentity Create(
        X509Certificate2Collection chain, ReadOnlySpan<char> keyPem, X509Certificate2Collection roots, DateTimeOffset now,
            IdentityMap? map)
    {
        X509Certificate2? leaf = null;
        var complete = false;
        try
        {
            leaf = WithKey(chain[0], keyPem);
            chain[0].Dispose();
            chain.RemoveAt(0);

            var verdict = CertificateRules.Judge(leaf, chain, roots, trustDomain: null, now, map);
            if (!verdict.Accepted)
            {
                throw new InvalidIdentityException($"Our own certificate cannot be used. {verdict.Explanation}", verdict.ValidFrom);
            }

            var identity = new WorkerIdentity(verdict, leaf, chain, roots);
            complete = true;
            return identity;
        }
        finally
        {
            if (!complete)
            {
                leaf?.Dispose();
                PemCertificates.DisposeAll(chain);
                PemCertificates.DisposeAll(roots);
            }
        }
    }

    /// <summary>Disposes the certificates and the key. No handshake may still be using this identity.</summary>
    public void Dispose()
    {
        _leaf.Dispose();
        PemCertificates.DisposeAll(_intermediates);
        PemCertificates.DisposeAll(Roots);
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, ReadOnlySpan<char> keyPem)
    {
        try
        {
            // Through PEM, so that .NET detects the kind of key.
            return X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), keyPem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // .NET compares the public keys when it combines certificate and key.
            throw new InvalidIdentityException(
                "The private key is not an unencrypted PEM key, or does not match the certificate. "
                    + "Use both files from the same 'pki issue'.", e);
        }
    }
}
