using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

public sealed class CertificateAuthorityTests
{
    private static readonly DateTimeOffset Now = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private static readonly WorkerId Worker = WorkerId.Create("example.org", "job-a", 2);

    [Fact]
    public void Issue_Defaults_IsShortLivedWithTheRequiredExtensions()
    {
        using var authority = CertificateAuthority.Create("example.org", Now);
        using var issued = authority.Issue(Worker, Now);
        using var leaf = X509Certificate2.CreateFromPem(issued.CertificatePem, issued.Key.Text);
        using var root = X509Certificate2.CreateFromPem(authority.CertificatePem);

        Assert.Equal(Now - TimeSpan.FromMinutes(5), new DateTimeOffset(leaf.NotBefore));
        Assert.Equal(Now + TimeSpan.FromHours(24), new DateTimeOffset(leaf.NotAfter));
        Assert.Equal(issued.NotAfter, new DateTimeOffset(leaf.NotAfter));
        Assert.Equal(Now + TimeSpan.FromDays(7), authority.NotAfter);
        Assert.Equal("", leaf.Subject);
        Assert.True(leaf.Extensions["2.5.29.17"]!.Critical);
        Assert.True(leaf.Extensions["2.5.29.15"]!.Critical);
        Assert.True(leaf.Extensions["2.5.29.19"]!.Critical);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(
            root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray(),
            leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.ToArray());
        Assert.Single(leaf.Extensions.OfType<X509SubjectKeyIdentifierExtension>());
    }

    [Fact]
    public void Issue_Twice_CreatesDifferentKeysAndSerialNumbers()
    {
        using var authority = CertificateAuthority.Create("example.org", Now);
        using var one = authority.Issue(Worker, Now);
        using var two = authority.Issue(Worker, Now);
        using var first = X509Certificate2.CreateFromPem(one.CertificatePem);
        using var second = X509Certificate2.CreateFromPem(two.CertificatePem);
        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.NotEqual(first.GetPublicKey(), second.GetPublicKey());
        Assert.Equal(32, first.SerialNumber.Length);
    }

    [Fact]
    public void Issue_LifetimeBeyondTheAuthoritys_ExpiresWithTheAuthority()
    {
        using var authority = CertificateAuthority.Create("example.org", Now, TimeSpan.FromHours(2));
        using var issued = authority.Issue(Worker, Now);
        Assert.Equal(authority.NotAfter, issued.NotAfter);
    }

    [Fact]
    public void Issue_AfterTheAuthorityExpired_Throws()
    {
        using var authority = CertificateAuthority.Create("example.org", Now, TimeSpan.FromHours(2));
        var error = Assert.Throws<InvalidIdentityException>(() => authority.Issue(Worker, Now.AddHours(2)));
        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Issue_OtherTrustDomain_Throws()
    {
        using var authority = CertificateAuthority.Create("other.example", Now);
        Assert.Throws<ArgumentException>(() => authority.Issue(Worker, Now));
    }

    [Fact]
    public void Load_ExportedAuthority_IssuesUnderTheSameRoot()
    {
        using var created = CertificateAuthority.Create("example.org", Now);
        using var key = created.ExportKey();
        using var loaded = CertificateAuthority.Load(created.CertificatePem, key.Text);
        using var issued = loaded.Issue(Worker, Now);
        using var identity = WorkerIdentity.Create(issued.CertificatePem, issued.Key.Text, created.CertificatePem, Now);
        Assert.Equal("example.org", loaded.TrustDomain);
        Assert.Equal(Worker, identity.Worker);
    }

    [Fact]
    public void Load_KeyOfAnotherAuthority_IsRefused()
    {
        using var one = CertificateAuthority.Create("example.org", Now);
        using var two = CertificateAuthority.Create("example.org", Now);
        using var key = two.ExportKey();
        string pem = new(key.Text);
        Assert.Throws<InvalidIdentityException>(() => CertificateAuthority.Load(one.CertificatePem, pem));
    }

    [Fact]
    public void Load_WorkersCertificate_IsRefused()
    {
        using var pki = new TestPki();
        var issued = pki.Issue(rank: 0);
        Assert.Throws<InvalidIdentityException>(() => CertificateAuthority.Load(issued.CertificatePem, issued.Key.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void Load_NotPem_IsRefused(string text)
        => Assert.Throws<InvalidIdentityException>(() => CertificateAuthority.Load(text, text));

    [Fact]
    public void Dispose_SecretPem_ErasesTheText()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = SecretPem.Export(key);
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", new string(pem.Text), StringComparison.Ordinal);
        pem.Dispose();
        Assert.Equal(-1, pem.Text.IndexOfAnyExcept('\0'));
    }
}
