using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>Tests chains of root, intermediate and leaf, as SPIRE and other authorities issue them.</summary>
public sealed class IntermediateAuthorityTests : IDisposable
{
    private readonly TestPki _pki = new();
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public IntermediateAuthorityTests()
    {
        var request = new CertificateRequest("CN=root", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _root = request.CreateSelfSigned(_pki.Now.AddHours(-1), _pki.Now.AddDays(1));
    }

    [Fact]
    public void Judge_LeafWithItsIntermediate_IsAccepted() => Assert.True(Judge(Intermediate("nistP256"), send: true).Accepted);

    [Fact]
    public void Judge_IntermediateNotSent_IsRefusedAsUntrusted()
        => Assert.Equal(CertificateRefusal.UntrustedIssuer, Judge(Intermediate("nistP256"), send: false).Refusal);

    [Fact]
    public void Judge_IntermediateWithWeakKey_IsRefused()
        => Assert.Equal(CertificateRefusal.BadChain, Judge(Intermediate("secp256k1"), send: true).Refusal);

    [Fact]
    public void Judge_IntermediateSignedWithSha1_IsRefused()
        => Assert.Equal(CertificateRefusal.BadChain, Judge(Intermediate("nistP256", sha1: true), send: true).Refusal);

    [Fact]
    public void Judge_IntermediateForServersOnly_IsRefused()
        => Assert.Equal(CertificateRefusal.BadChain, Judge(Intermediate("nistP256", use: LeafRecipe.ServerAuth), send: true).Refusal);

    [Fact]
    public void Judge_IntermediateNotYetValid_SaysFromWhen()
    {
        var validFrom = _pki.Now.AddSeconds(20);
        var verdict = Judge(Intermediate("nistP256", validFrom: validFrom), send: true);
        Assert.Equal(CertificateRefusal.NotYetValid, verdict.Refusal);
        Assert.NotNull(verdict.ValidFrom);
        Assert.InRange(validFrom - verdict.ValidFrom.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1)); // Certificates write whole seconds.
        Assert.StartsWith("An authority in the certificate's chain is valid only from", verdict.Explanation);
    }

    public void Dispose()
    {
        _root.Dispose();
        _rootKey.Dispose();
        _pki.Dispose();
    }

    private CertificateVerdict Judge((X509Certificate2 Certificate, ECDsa Key) intermediate, bool send)
    {
        using var key = intermediate.Key;
        using var certificate = intermediate.Certificate;
        using var leaf = new LeafRecipe().Make(certificate, key, _pki);
        return CertificateRules.Judge(leaf, send ? [certificate] : [], [_root], TestPki.DefaultTrustDomain, _pki.Now);
    }

    private (X509Certificate2 Certificate, ECDsa Key) Intermediate(
        string curve, bool sha1 = false, string? use = null, DateTimeOffset? validFrom = null)
    {
        var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var request = new CertificateRequest("CN=intermediate", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        if (use is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        }

        var generator = sha1 ? new Sha1SignatureGenerator(_rootKey) : X509SignatureGenerator.CreateForECDsa(_rootKey);
        var notBefore = validFrom ?? _pki.Now.AddHours(-1);
        return (request.Create(_root.SubjectName, generator, notBefore, _pki.Now.AddDays(1), [1, 2, 3]), key);
    }
}
