using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureCollectives.Testing;

/// <summary>Describes a leaf certificate. The defaults make a valid one for rank 0; each test corrupts the part under test.</summary>
internal sealed record LeafRecipe
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>Null omits the SAN extension.</summary>
    public IReadOnlyList<string>? Uris { get; init; } = [$"spiffe://{TestPki.DefaultTrustDomain}/job/{TestPki.DefaultJob}/rank/0"];

    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>Whether the SAN extension appears twice, which .NET's own certificate API refuses to write.</summary>
    public bool SanTwice { get; init; }

    /// <summary>Null omits the extension.</summary>
    public X509KeyUsageFlags? KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    public bool KeyUsageCritical { get; init; } = true;

    /// <summary>Null omits the extension.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsages { get; init; } = [ServerAuth, ClientAuth];

    public bool IsAuthority { get; init; }

    public TimeSpan ValidFrom { get; init; } = TimeSpan.FromMinutes(-5);

    public TimeSpan ValidUntil { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Creates the leaf's key: an <see cref="ECDsa"/> or an <see cref="RSA"/>.</summary>
    public Func<AsymmetricAlgorithm> NewKey { get; init; } = () => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public key to use instead of the key's own; the certificate then has no private key.</summary>
    public PublicKey? NewPublicKey { get; init; }

    public bool SignedWithSha1 { get; init; }

    /// <summary>Further extensions, written unchanged.</summary>
    public IReadOnlyList<X509Extension> Extra { get; init; } = [];

    public X509Certificate2 Make(X509Certificate2 issuer, ECDsa issuerKey, TestPki pki)
    {
        using var key = NewKey();
        var request = key switch
        {
            _ when NewPublicKey is not null =>
                new CertificateRequest(new X500DistinguishedName("CN=leaf"), NewPublicKey, HashAlgorithmName.SHA256),
            ECDsa ecdsa => new CertificateRequest(new X500DistinguishedName("CN=leaf"), ecdsa, HashAlgorithmName.SHA256),
            RSA rsa =>
                new CertificateRequest(new X500DistinguishedName("CN=leaf"), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => throw new NotSupportedException($"Certificates for {key.GetType()} are not supported."),
        };
        AddExtensions(request);

        var generator = SignedWithSha1 ? new Sha1SignatureGenerator(issuerKey) : X509SignatureGenerator.CreateForECDsa(issuerKey);
        using var made = request.Create(
            issuer.SubjectName, generator, pki.Now + ValidFrom, pki.Now + ValidUntil, [0x40, .. RandomNumberGenerator.GetBytes(8)]);
        using var certificate = SanTwice
            ? X509CertificateLoader.LoadCertificate(CertificateSurgery.RepeatExtension(made.RawData, "2.5.29.17", issuerKey))
            : X509CertificateLoader.LoadCertificate(made.RawData);
        if (NewPublicKey is not null)
        {
            return new X509Certificate2(certificate);
        }

        return key is ECDsa ecdsaKey ? certificate.CopyWithPrivateKey(ecdsaKey) : certificate.CopyWithPrivateKey((RSA)key);
    }

    private void AddExtensions(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(IsAuthority, false, 0, critical: true));
        if (KeyUsage is { } keyUsage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(keyUsage, KeyUsageCritical));
        }

        if (ExtendedKeyUsages is { } uses)
        {
            OidCollection oids = [];
            foreach (var use in uses)
            {
                oids.Add(new Oid(use));
            }

            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, critical: false));
        }

        if (Uris is { } uris)
        {
            request.CertificateExtensions.Add(
                new X509Extension("2.5.29.17", CertificateSurgery.GeneralNames(uris, DnsNames), critical: false));
        }

        foreach (var extension in Extra)
        {
            request.CertificateExtensions.Add(extension);
        }
    }
}
