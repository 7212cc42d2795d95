using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

public sealed class TlsOptionsFactoryTests : IDisposable
{
    private readonly TestPki _pki = new();

    [Fact]
    public void ForServer_EveryHandshake_IsStrictAndHasAPolicyOfItsOwn()
    {
        TlsOptionsFactory factory = _pki.CreateTlsOptions(rank: 0);
        SslServerAuthenticationOptions one = factory.ForServer([SslApplicationProtocol.Http2], null, _ => { });
        SslServerAuthenticationOptions two = factory.ForServer([], null, _ => { });

        Assert.Equal(SslProtocols.Tls13, one.EnabledSslProtocols);
        Assert.True(one.ClientCertificateRequired);
        Assert.False(one.AllowTlsResume);
        Assert.False(one.AllowRenegotiation);
        Assert.Equal([SslApplicationProtocol.Http2], one.ApplicationProtocols);
        AssertStrict(one.CertificateChainPolicy);
        Assert.NotSame(one.CertificateChainPolicy, two.CertificateChainPolicy);
    }

    [Fact]
    public void ForClient_EveryHandshake_IsStrictAndHasAPolicyOfItsOwn()
    {
        TlsOptionsFactory factory = _pki.CreateTlsOptions(rank: 0);
        SslClientAuthenticationOptions one = factory.ForClient([SslApplicationProtocol.Http2], null, _ => { });
        SslClientAuthenticationOptions two = factory.ForClient([], null, _ => { });

        Assert.Equal(SslProtocols.Tls13, one.EnabledSslProtocols);
        Assert.False(one.AllowTlsResume);
        Assert.False(one.AllowRenegotiation);
        Assert.Equal([SslApplicationProtocol.Http2], one.ApplicationProtocols);
        AssertStrict(one.CertificateChainPolicy);
        Assert.NotSame(one.CertificateChainPolicy, two.CertificateChainPolicy);
    }

    [Fact]
    public async Task TwoWorkers_HandshakeTwice_KnowEachOtherAndBothCertificatesEachTime()
    {
        TlsOptionsFactory server = _pki.CreateTlsOptions(rank: 0);
        TlsOptionsFactory client = _pki.CreateTlsOptions(rank: 1);
        for (int i = 0; i < 2; i++)
        {
            (DuplexStream left, DuplexStream right) = DuplexStream.CreatePair();
            await using var serverStream = new SslStream(left);
            await using var clientStream = new SslStream(right);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await Task.WhenAll(
                serverStream.AuthenticateAsServerAsync(server.ForServer([SslApplicationProtocol.Http2], _pki.Worker(1), Fail), limit.Token),
                clientStream.AuthenticateAsClientAsync(client.ForClient([SslApplicationProtocol.Http2], _pki.Worker(0), Fail), limit.Token));

            PeerIdentity seenByServer = PeerIdentity.Of((X509Certificate2)serverStream.RemoteCertificate!);
            PeerIdentity seenByClient = PeerIdentity.Of((X509Certificate2)clientStream.RemoteCertificate!);
            Assert.Equal((_pki.Worker(1), _pki.Worker(0)), (seenByServer.Worker, seenByClient.Worker));
            Assert.Equal(SslApplicationProtocol.Http2, serverStream.NegotiatedApplicationProtocol);
            Assert.Equal(SslProtocols.Tls13, clientStream.SslProtocol);
            Assert.True(serverStream.IsMutuallyAuthenticated);
            Assert.True(clientStream.IsMutuallyAuthenticated);
        }
    }

    [Fact]
    public void Validate_PlatformReportsAnErrorThatOurRulesDoNotSee_IsRefused()
    {
        CertificateVerdict? refused = null;
        SslClientAuthenticationOptions client = _pki.CreateTlsOptions(rank: 0).ForClient([], null, verdict => refused = verdict);
        X509Certificate2 good = _pki.Forge(new LeafRecipe());
        RemoteCertificateValidationCallback validate = client.RemoteCertificateValidationCallback!;

        Assert.True(validate(this, good, null, SslPolicyErrors.RemoteCertificateNameMismatch));
        Assert.Null(refused);
        Assert.False(validate(this, good, null, SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.Equal(CertificateRefusal.PlatformRefused, refused?.Refusal);
    }

    [Fact]
    public void Validate_ServerSide_ToleratesNoErrorAtAll()
    {
        CertificateVerdict? refused = null;
        SslServerAuthenticationOptions server = _pki.CreateTlsOptions(rank: 0).ForServer([], null, verdict => refused = verdict);
        X509Certificate2 good = _pki.Forge(new LeafRecipe());
        Assert.False(server.RemoteCertificateValidationCallback!(this, good, null, SslPolicyErrors.RemoteCertificateNameMismatch));
        Assert.Equal(CertificateRefusal.PlatformRefused, refused?.Refusal);
    }

    [Fact]
    public void Validate_NoCertificate_IsRefusedInBothRoles()
    {
        var refused = new List<CertificateRefusal?>();
        TlsOptionsFactory factory = _pki.CreateTlsOptions(rank: 0);
        Assert.False(factory.ForServer([], null, Note).RemoteCertificateValidationCallback!(this, null, null, SslPolicyErrors.None));
        Assert.False(factory.ForClient([], null, Note).RemoteCertificateValidationCallback!(this, null, null, SslPolicyErrors.None));
        Assert.Equal([CertificateRefusal.NoCertificate, CertificateRefusal.NoCertificate], refused);

        void Note(CertificateVerdict verdict) => refused.Add(verdict.Refusal);
    }

    public void Dispose() => _pki.Dispose();

    private static void Fail(CertificateVerdict verdict) => Assert.Fail(verdict.Explanation);

    private void AssertStrict(X509ChainPolicy? policy)
    {
        Assert.NotNull(policy);
        Assert.Equal(X509ChainTrustMode.CustomRootTrust, policy.TrustMode);
        Assert.Equal(X509RevocationMode.NoCheck, policy.RevocationMode);
        Assert.Equal(X509VerificationFlags.NoFlag, policy.VerificationFlags);
        Assert.True(policy.DisableCertificateDownloads);
        Assert.Equal(_pki.Now.UtcDateTime, policy.VerificationTime);
        Assert.Single(policy.CustomTrustStore);
    }
}
