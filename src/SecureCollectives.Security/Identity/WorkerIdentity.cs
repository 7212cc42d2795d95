using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// A worker's own identity at one time: certificate, private key and trust roots that fit together. Immutable; a renewed certificate
/// is a new instance.
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
        // Offline: the chain is sent as given, and no address written in a certificate is ever asked.
        CertificateContext = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
    }

    public WorkerId Worker { get; }

    /// <summary>Leaf, key and intermediates as TLS takes them.</summary>
    public SslStreamCertificateContext CertificateContext { get; }

    /// <summary>The only certificates that a peer's chain may end in. Nobody changes this collection.</summary>
    public X509Certificate2Collection Roots { get; }

    /// <summary>SHA-256 of the leaf as the peer sees it.</summary>
    public ReadOnlyMemory<byte> LeafHash { get; }

    /// <summary>When the leaf became valid.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>When the first certificate of the chain expires, the leaf or one above it.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <param name="certificatePem">The leaf first, then intermediates, if any.</param>
    /// <param name="keyPem">The leaf's private key, unencrypted.</param>
    /// <param name="rootsPem">One or more trust roots.</param>
    /// <param name="now">The time at which the certificate has to be valid.</param>
    /// <exception cref="InvalidIdentityException">
    /// Something is unreadable, the key is not the certificate's, or our own rules refuse the certificate, so that every peer would.
    /// </exception>
    public static WorkerIdentity Create(
        ReadOnlySpan<char> certificatePem, ReadOnlySpan<char> keyPem, ReadOnlySpan<char> rootsPem, DateTimeOffset now)
    {
        var chain = new X509Certificate2Collection();
        var roots = new X509Certificate2Collection();
        X509Certificate2? leaf = null;
        var complete = false;
        try
        {
            Import(roots, rootsPem, "trust roots");
            Import(chain, certificatePem, "certificate");
            leaf = WithKey(certificatePem, keyPem);
            chain[0].Dispose();
            chain.RemoveAt(0);

            var verdict = CertificateRules.Judge(leaf, chain, roots, trustDomain: null, now);
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
                DisposeAll(chain);
                DisposeAll(roots);
            }
        }
    }

    /// <summary>Only when no handshake that took this snapshot is still running.</summary>
    public void Dispose()
    {
        _leaf.Dispose();
        DisposeAll(_intermediates);
        DisposeAll(Roots);
    }

    private static void Import(X509Certificate2Collection collection, ReadOnlySpan<char> pem, string what)
    {
        try
        {
            collection.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new InvalidIdentityException($"The {what} cannot be read: the PEM text is damaged.", e);
        }

        if (collection.Count == 0)
        {
            throw new InvalidIdentityException($"The {what} cannot be read: there is no PEM block 'CERTIFICATE' in it.");
        }
    }

    private static X509Certificate2 WithKey(ReadOnlySpan<char> certificatePem, ReadOnlySpan<char> keyPem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificatePem, keyPem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // .NET compares the public keys when it joins the two.
            throw new InvalidIdentityException(
                "The private key is not an unencrypted PEM key, or it is not the key of the certificate. Give both files of one 'pki "
                    + "issue'.", e);
        }
    }

    private static void DisposeAll(X509Certificate2Collection certificates)
    {
        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }
    }
}
