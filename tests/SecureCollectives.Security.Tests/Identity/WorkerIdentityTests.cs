using System.Security.Cryptography;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

public sealed class WorkerIdentityTests : IDisposable
{
    private readonly TestPki _pki = new();

    [Fact]
    public void Create_IssuedCertificate_ContainsWhatPeersWillSee()
    {
        var identity = _pki.CreateIdentity(rank: 5);
        var leaf = identity.CertificateContext.TargetCertificate;
        Assert.Equal(_pki.Worker(5), identity.Worker);
        Assert.Equal(SHA256.HashData(leaf.RawData), identity.LeafHash.ToArray());
        Assert.Equal(leaf.NotAfter, identity.NotAfter);
        Assert.Single(identity.Roots);
    }

    [Fact]
    public void Create_KeyOfAnotherCertificate_IsRefused()
    {
        var one = _pki.Issue(rank: 0);
        var two = _pki.Issue(rank: 0);
        AssertRefused("does not match the certificate",
            () => WorkerIdentity.Create(one.CertificatePem, two.Key.Text, _pki.RootPem, _pki.Now));
    }

    [Fact]
    public void Create_RootsOfAnotherAuthority_IsRefused()
    {
        using var other = new TestPki();
        var issued = _pki.Issue(rank: 0);
        AssertRefused("not issued by an authority we trust",
            () => WorkerIdentity.Create(issued.CertificatePem, issued.Key.Text, other.RootPem, _pki.Now));
    }

    [Fact]
    public void Create_Expired_IsRefused()
    {
        var issued = _pki.Issue(rank: 0);
        AssertRefused("expired", () => WorkerIdentity.Create(issued.CertificatePem, issued.Key.Text, _pki.RootPem, _pki.Now.AddDays(2)));
    }

    [Fact]
    public void Create_TheAuthorityItself_IsRefused()
    {
        using var key = _pki.Authority.ExportKey();
        AssertRefused("certificate authority", () => WorkerIdentity.Create(_pki.RootPem, key.Text, _pki.RootPem, _pki.Now));
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("key")]
    [InlineData("roots")]
    public void Create_PartIsNotPem_IsRefused(string part)
    {
        var issued = _pki.Issue(rank: 0);
        const string Junk = "no PEM here";
        AssertRefused("PEM", () => WorkerIdentity.Create(
            part == "certificate"
                ? Junk : issued.CertificatePem, part == "key" ? Junk : issued.Key.Text, part == "roots" ? Junk : _pki.RootPem, _pki.Now));
    }

    public void Dispose() => _pki.Dispose();

    private static void AssertRefused(string words, Func<WorkerIdentity> create)
    {
        var error = Assert.Throws<InvalidIdentityException>(() => create().Dispose());
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
