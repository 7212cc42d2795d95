using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>Certificates as other authorities issue them, with identities that follow a template.</summary>
public sealed class ForeignAuthorityTests : IDisposable
{
    private const string Template = $"spiffe://{TestPki.DefaultTrustDomain}/ns/ml/sa/{{job}}-{{rank}}";

    private readonly TestPki _pki = new();
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;

    public ForeignAuthorityTests()
    {
        _root = Authority("CN=upstream", _rootKey, null);
        _intermediate = Authority("C=US,O=SPIFFE", _intermediateKey, _root);
    }

    /// <summary>
    /// An X.509-SVID as SPIRE issues it (spire, pkg/server/credtemplate): no common name, three key usages (critical), both extended key
    /// usages, one URI, a lifetime of minutes, and the server's own certificate as an intermediate below the upstream authority.
    /// </summary>
    [Fact]
    public void Create_SpireSvidWithIntermediate_IsTheWorkerOfTheTemplate()
    {
        var request = new CertificateRequest("C=US,O=SPIRE", _leafKey, HashAlgorithmName.SHA256);
        AddLeafExtensions(
            request, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyAgreement);

        using var identity = Create(request);

        Assert.Equal(("train", 3), (identity.Worker.Job, identity.Worker.Rank));
        Assert.Equal($"spiffe://{TestPki.DefaultTrustDomain}/ns/ml/sa/train-3", identity.Worker.Uri);
        Assert.Equal($"spiffe://{TestPki.DefaultTrustDomain}/ns/ml/sa/train-0", identity.Worker.OfRank(0).Uri);
    }

    /// <summary>
    /// A certificate from cert-manager with usages "digital signature, key encipherment, server auth, client auth" and DNS names.
    /// </summary>
    [Fact]
    public void Create_CertManagerCertificateWithDnsNames_IsTheWorkerOfTheTemplate()
    {
        var request = new CertificateRequest("CN=trainer-3", _leafKey, HashAlgorithmName.SHA256);
        AddLeafExtensions(
            request, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, "trainer-3.trainer.ml.svc", "localhost");

        using var identity = Create(request);

        Assert.Equal(3, identity.Worker.Rank);
    }

    [Fact]
    public void Create_UriOutsideTheTemplate_IsRefusedAndNamesTheTemplate()
    {
        var request = new CertificateRequest("C=US,O=SPIRE", _leafKey, HashAlgorithmName.SHA256);
        AddLeafExtensions(request, X509KeyUsageFlags.DigitalSignature);
        var error = Assert.Throws<InvalidIdentityException>(
            () => Create(request, "spiffe://test.example/ns/ml/sa/{job}/{rank}"));
        Assert.Contains("ns/ml/sa/train-3' is not of the form 'spiffe://test.example/ns/ml/sa/{job}/{rank}'", error.Message,
            StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _intermediate.Dispose();
        _root.Dispose();
        _leafKey.Dispose();
        _intermediateKey.Dispose();
        _rootKey.Dispose();
        _pki.Dispose();
    }

    private WorkerIdentity Create(CertificateRequest request, string template = Template)
    {
        using var leaf = request.Create(
            _intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(_intermediateKey), _pki.Now.AddSeconds(-10),
                _pki.Now.AddMinutes(3), [0x40, .. RandomNumberGenerator.GetBytes(8)]);
        return WorkerIdentity.Create(
            $"{leaf.ExportCertificatePem()}\n{_intermediate.ExportCertificatePem()}\n", _leafKey.ExportPkcs8PrivateKeyPem(),
            _root.ExportCertificatePem(), _pki.Now, TemplateIdentities.Parse(template, null));
    }

    private void AddLeafExtensions(CertificateRequest request, X509KeyUsageFlags usages, params string[] dnsNames)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usages, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(LeafRecipe.ServerAuth), new Oid(LeafRecipe.ClientAuth)], critical: false));
        request.CertificateExtensions.Add(new X509Extension(
            "2.5.29.17", CertificateSurgery.GeneralNames([$"spiffe://{TestPki.DefaultTrustDomain}/ns/ml/sa/train-3"], dnsNames),
                critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_intermediate, includeKeyIdentifier: true, false));
    }

    private X509Certificate2 Authority(string subject, ECDsa key, X509Certificate2? issuer)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(new X509Extension(
            "2.5.29.17", CertificateSurgery.GeneralNames([$"spiffe://{TestPki.DefaultTrustDomain}"], []), critical: false));
        return request.Create(
            issuer?.SubjectName ?? request.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), _pki.Now.AddHours(-1),
                _pki.Now.AddHours(1), [0x40, .. RandomNumberGenerator.GetBytes(8)]);
    }
}
