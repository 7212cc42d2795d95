using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Security.Identity;

/// <summary>
/// Issues workers' certificates for local use. Exists only in memory, but its owner can export the key.
/// </summary>
/// <remarks>
/// Certificates are short-lived rather than revocable. All keys are ECDSA P-256, and all signatures use SHA-256. Not thread-safe.
/// </remarks>
internal sealed class CertificateAuthority : IDisposable
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(7);

    /// <summary>One day: long enough for a person to react to problems, short enough for a stolen key to become worthless soon.</summary>
    public static readonly TimeSpan DefaultWorkerLifetime = TimeSpan.FromHours(24);

    /// <summary>How far before its creation a certificate becomes valid, to allow for workers whose clocks are slow.</summary>
    public static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);

    // RFC 5280, section 4.1.2.2: positive and at most 20 octets. 16 random bytes are unguessable and do not collide.
    private const int SerialNumberSize = 16;

    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(string trustDomain, X509Certificate2 certificate, ECDsa key)
    {
        TrustDomain = trustDomain;
        _certificate = certificate;
        _key = key;
        CertificatePem = certificate.ExportCertificatePem();
        NotAfter = certificate.NotAfter;
    }

    public string TrustDomain { get; }

    /// <summary>The authority's certificate in PEM, which serves as the workers' trust root.</summary>
    public string CertificatePem { get; }

    public DateTimeOffset NotAfter { get; }

    /// <exception cref="ArgumentException">The trust domain is not valid, or the lifetime is not positive.</exception>
    public static CertificateAuthority Create(string trustDomain, DateTimeOffset now, TimeSpan? lifetime = null)
    {
        if (!WorkerId.IsTrustDomain(trustDomain))
        {
            throw new ArgumentException($"'{trustDomain}' is not a trust domain: use a-z, 0-9, '.', '-' and '_'.", nameof(trustDomain));
        }

        var validFor = lifetime ?? DefaultLifetime;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validFor, TimeSpan.Zero, nameof(lifetime));

        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            var name = new X500DistinguishedNameBuilder();
            name.AddOrganizationName("SecureCollectives");
            name.AddCommonName("Certificate authority");
            var subject = name.Build();
            var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
            // Path length 0: it signs certificates for workers, never for other authorities.
            request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
            request.CertificateExtensions.Add(
                new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
            request.CertificateExtensions.Add(UriName(WorkerId.TrustDomainUri(trustDomain), critical: false));

            var certificate = request.Create(
                subject, X509SignatureGenerator.CreateForECDsa(key), now - Backdating, now + validFor, NewSerialNumber());
            return new CertificateAuthority(trustDomain, certificate, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Loads an authority that was created earlier.</summary>
    /// <exception cref="InvalidIdentityException">The certificate or key is unreadable, the two do not match, or the certificate is not
    /// that of an authority with a trust domain.</exception>
    public static CertificateAuthority Load(ReadOnlySpan<char> certificatePem, ReadOnlySpan<char> keyPem)
    {
        X509Certificate2? certificate = null;
        ECDsa? key = null;
        try
        {
            certificate = X509Certificate2.CreateFromPem(certificatePem);
            key = ECDsa.Create();
            key.ImportFromPem(keyPem);
            if (TrustDomainOf(certificate) is not { } trustDomain)
            {
                throw new InvalidIdentityException(
                    "The certificate does not belong to a certificate authority with a trust domain. "
                    + "Create one with 'secure-collectives pki init'.");
            }

            if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            {
                throw new InvalidIdentityException("The private key does not match the certificate authority's certificate.");
            }

            var authority = new CertificateAuthority(trustDomain, certificate, key);
            (certificate, key) = (null, null);
            return authority;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidIdentityException("The certificate authority's certificate or private key cannot be read as PEM.", e);
        }
        finally
        {
            certificate?.Dispose();
            key?.Dispose();
        }
    }

    /// <summary>
    /// Returns the trust domain named by the authorities' certificates; null if they name none or disagree.
    /// </summary>
    public static string? TrustDomainOf(X509Certificate2Collection authorities)
    {
        try
        {
            string?[] domains = [.. authorities.Select(TrustDomainOf).Distinct()];
            return domains is [{ } only] ? only : null;
        }
        catch (CryptographicException)
        {
            // Ignored: an extension that cannot be decoded names no trust domain.
            return null;
        }
    }

    /// <summary>
    /// Creates a new key and a certificate for it. The certificate expires no later than the authority's, because peers would refuse it
    /// after that.
    /// </summary>
    /// <exception cref="ArgumentException">The lifetime is not positive, or the worker belongs to another trust domain.</exception>
    /// <exception cref="InvalidIdentityException">The authority has expired.</exception>
    public IssuedCertificate Issue(WorkerId worker, DateTimeOffset now, TimeSpan? lifetime = null)
    {
        ArgumentNullException.ThrowIfNull(worker);
        var validFor = lifetime ?? DefaultWorkerLifetime;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validFor, TimeSpan.Zero, nameof(lifetime));
        if (worker.TrustDomain != TrustDomain)
        {
            throw new ArgumentException(
                $"The authority belongs to trust domain '{TrustDomain}' and cannot issue for '{worker.TrustDomain}'.", nameof(worker));
        }

        if (now >= NotAfter)
        {
            throw new InvalidIdentityException(
                $"The certificate authority expired at {NotAfter.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; "
                + "make a new one with 'secure-collectives pki init --force'.");
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName([0x30, 0x00]), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(TrustPolicy.ServerAuthOid), new Oid(TrustPolicy.ClientAuthOid)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                _certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        // The subject is empty because the URI is the full name. The URI must then be critical (RFC 5280, section 4.2.1.6).
        request.CertificateExtensions.Add(UriName(worker.ToString(), critical: true));

        var notBefore = now - Backdating;
        var notAfter = now + validFor;
        using var certificate = request.Create(
            _certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_key),
            notBefore,
            notAfter < NotAfter ? notAfter : NotAfter,
            NewSerialNumber());
        return new IssuedCertificate(worker, certificate.ExportCertificatePem(), SecretPem.Export(key), certificate.NotAfter);
    }

    public SecretPem ExportKey() => SecretPem.Export(_key);

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    private static string? TrustDomainOf(X509Certificate2 certificate)
        => LeafExtensions.TryRead(certificate, out var extensions)
            && extensions is { BasicConstraints.CertificateAuthority: true, Uris: [string uri] }
            && WorkerId.TryParseTrustDomainUri(uri, out var trustDomain)
            ? trustDomain
            : null;

    // Encoded by hand, because System.Uri normalizes: it adds a '/' after a bare host and turns the host '1' into 0.0.0.1.
    private static X509Extension UriName(string uri, bool critical)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, LeafExtensions.UriTag);
        }

        return new X509Extension(LeafExtensions.SubjectAlternativeNameOid, writer.Encode(), critical);
    }

    private static byte[] NewSerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialNumberSize);
        // Positive, and without a leading zero byte.
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }
}
