using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>Certificates that must be refused. The victim expects rank 0 of the default job, and trusts the given authority.</summary>
internal static class BadCertificates
{
    public static readonly IReadOnlyDictionary<string, Func<AsymmetricAlgorithm>> Keys = new Dictionary<string, Func<AsymmetricAlgorithm>>
    {
        ["RSA 1024"] = () => RSA.Create(1024),
        ["RSA 2048"] = () => RSA.Create(2048),
        ["P-384"] = () => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        ["P-521"] = () => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        ["secp256k1"] = () => ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1")),
    };

    public static readonly IReadOnlyDictionary<string, BadCertificate> All = new Dictionary<string, BadCertificate>
    {
        ["other authority"] = new(CertificateRefusal.UntrustedIssuer, OfOtherAuthority),
        ["self-signed"] = new(CertificateRefusal.UntrustedIssuer, SelfSigned),
        ["the authority itself"] = new(CertificateRefusal.CertificateAuthority, pki => pki.AuthorityAsLeaf()),
        ["authority as leaf"] = Recipe(CertificateRefusal.CertificateAuthority, new() { IsAuthority = true }),
        ["no key usage"] = Recipe(CertificateRefusal.NoKeyUsage, new() { KeyUsage = null }),
        ["key usage not critical"] = Recipe(CertificateRefusal.KeyUsageNotCritical, new() { KeyUsageCritical = false }),
        ["key usage without digitalSignature"] = Recipe(
            CertificateRefusal.KeyUsageWithoutDigitalSignature,
                new() { KeyUsage = X509KeyUsageFlags.KeyEncipherment, NewKey = Keys["RSA 2048"] }),
        ["keyCertSign"] = Recipe(
            CertificateRefusal.KeyUsageCanSignCertificates,
                new() { KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign }),
        ["cRLSign"] = Recipe(
            CertificateRefusal.KeyUsageCanSignCertificates,
                new() { KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.CrlSign }),
        ["no extended key usage"] = Recipe(CertificateRefusal.NoExtendedKeyUsage, new() { ExtendedKeyUsages = null }),
        ["serverAuth only"] = Recipe(CertificateRefusal.ExtendedKeyUsageOneSided, new() { ExtendedKeyUsages = [LeafRecipe.ServerAuth] }),
        ["clientAuth only"] = Recipe(CertificateRefusal.ExtendedKeyUsageOneSided, new() { ExtendedKeyUsages = [LeafRecipe.ClientAuth] }),
        ["P-521"] = Recipe(CertificateRefusal.WeakKey, new() { NewKey = Keys["P-521"] }),
        ["RSA 1024"] = Recipe(CertificateRefusal.WeakKey, new() { NewKey = Keys["RSA 1024"] }, openSslMayRefuseFirst: true),
        ["secp256k1"] = Recipe(CertificateRefusal.WeakKey, new() { NewKey = Keys["secp256k1"] }, openSslMayRefuseFirst: true),
        ["SHA-1"] = Recipe(CertificateRefusal.WeakSignature, new() { SignedWithSha1 = true }, openSslMayRefuseFirst: true),
        ["no name"] = Recipe(CertificateRefusal.NoSubjectAlternativeName, new() { Uris = null }),
        ["no URI"] = Recipe(CertificateRefusal.NoUri, new() { Uris = [], DnsNames = ["worker-0.example"] }),
        ["two URIs"] = Recipe(CertificateRefusal.SeveralUris, Named(Uri("job-a", 0), Uri("job-a", 1))),
        ["the same URI twice"] = Recipe(CertificateRefusal.SeveralUris, Named(Uri("job-a", 0), Uri("job-a", 0))),
        ["worker and another URI"] = Recipe(CertificateRefusal.SeveralUris, Named(Uri("job-a", 0), "https://example.org/")),
        ["two SANs"] = Recipe(CertificateRefusal.DuplicateExtension, new() { SanTwice = true }, openSslMayRefuseFirst: true),
        ["undecodable name"] = Recipe(
            CertificateRefusal.Malformed, new() { Uris = null, Extra = [new X509Extension("2.5.29.17", [0x30, 0x05, 0x86, 0x7F], false)] },
                openSslMayRefuseFirst: true),
        ["undecodable extended key usage"] = Recipe(
            CertificateRefusal.Malformed,
            new() { ExtendedKeyUsages = null, Extra = [new X509Extension("2.5.29.37", [0x30, 0x7F], false)] },
            openSslMayRefuseFirst: true),
        ["not a worker's URI"] = Recipe(CertificateRefusal.NotAWorkerUri, Named("spiffe://test.example/ns/default/sa/trainer")),
        ["percent-encoded URI"] = Recipe(CertificateRefusal.NotAWorkerUri, Named("spiffe://test.example/job/job%2Da/rank/0")),
        ["expired"] = Recipe(CertificateRefusal.Expired,
            new() { ValidFrom = TimeSpan.FromHours(-2), ValidUntil = TimeSpan.FromMinutes(-1) }),
        ["not yet valid"] = Recipe(CertificateRefusal.NotYetValid, new() { ValidFrom = TimeSpan.FromMinutes(1) }),
        ["other trust domain"] = Recipe(CertificateRefusal.OtherTrustDomain, Named("spiffe://other.example/job/job-a/rank/0")),
        ["other job"] = Recipe(CertificateRefusal.OtherWorker, Named(Uri("job-b", 0))),
        ["other rank"] = Recipe(CertificateRefusal.OtherWorker, Named(Uri("job-a", 2))),
    };

    private static string Uri(string job, int rank) => $"spiffe://{TestPki.DefaultTrustDomain}/job/{job}/rank/{rank}";

    private static LeafRecipe Named(params string[] uris) => new() { Uris = uris };

    private static BadCertificate Recipe(CertificateRefusal refusal, LeafRecipe recipe, bool openSslMayRefuseFirst = false)
        => new(refusal, pki => pki.Forge(recipe), openSslMayRefuseFirst);

    // Same subject and trust domain but a different key: only the signature distinguishes it.
    private static X509Certificate2 OfOtherAuthority(TestPki pki)
    {
        using var other = new TestPki(now: pki.Now);
        using var forged = other.Forge(new LeafRecipe());
        return new X509Certificate2(forged);
    }

    private static X509Certificate2 SelfSigned(TestPki pki)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=self", key, HashAlgorithmName.SHA256);
        using var self = request.CreateSelfSigned(pki.Now.AddMinutes(-1), pki.Now.AddHours(1));
        using var leaf = new LeafRecipe().Make(self, key, pki);
        return new X509Certificate2(leaf);
    }
}
