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
    public void ForServer_EveryHandshake_IsStrictAndHasItsOwnPolicy()
    {
        var factory = _pki.CreateTlsOptions(rank: 0);
        var one = factory.ForServer([SslApplicationProtocol.Http2], null, _ => { });
        var two = factory.ForServer([], null, _ => { });

        Assert.Equal(SslProtocols.Tls13, one.EnabledSslProtocols);
        Assert.True(one.ClientCertificateRequired);
        Assert.False(one.AllowTlsResume);
        Assert.False(one.AllowRenegotiation);
        Assert.Equal([SslApplicationProtocol.Http2], one.ApplicationProtocols);
        AssertStrict(one.CertificateChainPolicy);
        Assert.NotSame(one.CertificateChainPolicy, two.CertificateChainPolicy);
    }

    [Fact]
    public void ForClient_EveryHandshake_IsStrictAndHasItsOwnPolicy()
    {
        var factory = _pki.CreateTlsOptions(rank: 0);
        var one = factory.ForClient([SslApplicationProtocol.Http2], null, _ => { });
        var two = factory.ForClient([], null, _ => { });

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
        var server = _pki.CreateTlsOptions(rank: 0);
        var client = _pki.CreateTlsOptions(rank: 1);
        for (var i = 0; i < 2; i++)
        {
            (var left, var right) = DuplexStream.CreatePair();
            await using var serverStream = new SslStream(left);
            await using var clientStream = new SslStream(right);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await Task.WhenAll(
                serverStream.AuthenticateAsServerAsync(server.ForServer([SslApplicationProtocol.Http2], _pki.Worker(1), Fail), limit.Token),
                clientStream.AuthenticateAsClientAsync(
                    client.ForClient([SslApplicationProtocol.Http2], _pki.Worker(0), Fail), limit.Token));

            var seenByServer = PeerIdentity.Of((X509Certificate2)serverStream.RemoteCertificate!, IdentityMap.Default);
            var seenByClient = PeerIdentity.Of((X509Certificate2)clientStream.RemoteCertificate!, IdentityMap.Default);
            Assert.Equal((_pki.Worker(1), _pki.Worker(0)), (seenByServer.Worker, seenByClient.Worker));
            Assert.Equal(SslApplicationProtocol.Http2, serverStream.NegotiatedApplicationProtocol);
            Assert.Equal(SslProtocols.Tls13, clientStream.SslProtocol);
            Assert.True(serverStream.IsMutuallyAuthenticated);
            Assert.True(clientStream.IsMutuallyAuthenticated);
        }
    }

    [Fact]
    public void Validate_PlatformReportsAnErrorThatOurRulesMiss_IsRefused()
    {
        CertificateVerdict? refused = null;
        var client = _pki.CreateTlsOptions(rank: 0).ForClient([], null, verdict => refused = verdict);
        var good = _pki.Forge(new LeafRecipe());
        var validate = client.RemoteCertificateValidationCallback!;
        using var chain = Build(good, client.CertificateChainPolicy!);

        Assert.True(validate(this, good, chain, SslPolicyErrors.RemoteCertificateNameMismatch));
        Assert.Null(refused);
        Assert.False(validate(this, good, chain,
            SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.Equal(CertificateRefusal.PlatformRefused, refused?.Refusal);
    }

    /// <summary>
    /// The chain comes from TLS. It is trusted only if it belongs to this leaf and ends in our root, whatever policy built it.
    /// </summary>
    [Fact]
    public void Validate_ChainThatIsNotOurs_IsRefused()
    {
        var refused = new List<CertificateRefusal?>();
        var server = _pki.CreateTlsOptions(rank: 0).ForServer([], null, verdict => refused.Add(verdict.Refusal));
        var validate = server.RemoteCertificateValidationCallback!;
        using var foreign = new TestPki();
        var rawConnection = foreign.Forge(new LeafRecipe());
        X509Certificate2Collection foreignRoots = [];
        foreignRoots.ImportFromPem(foreign.RootPem);
        using var trustedElsewhere = Build(rawConnection, TrustPolicy.Create(foreignRoots, _pki.Now));
        Assert.Empty(trustedElsewhere.ChainStatus);
        var good = _pki.Forge(new LeafRecipe());
        using var ofAnotherLeaf = Build(_pki.Forge(new LeafRecipe()), server.CertificateChainPolicy!);
        using var neverBuilt = new X509Chain();

        Assert.False(validate(this, rawConnection, trustedElsewhere, SslPolicyErrors.None));
        Assert.False(validate(this, good, ofAnotherLeaf, SslPolicyErrors.None));
        Assert.False(validate(this, good, neverBuilt, SslPolicyErrors.None));
        Assert.False(validate(this, good, null, SslPolicyErrors.None));
        Assert.Equal(
            [CertificateRefusal.UntrustedIssuer, CertificateRefusal.UntrustedIssuer, CertificateRefusal.UntrustedIssuer,
                CertificateRefusal.PlatformRefused], refused);
    }

    [Fact]
    public void Options_BothRoles_OfferOnly256BitSuites()
    {
        var factory = _pki.CreateTlsOptions(rank: 0);
        TlsCipherSuite[] allowed = [TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];
        Assert.Equal(allowed, factory.ForServer([], null, Fail).CipherSuitesPolicy!.AllowedCipherSuites.Order());
        Assert.Equal(allowed, factory.ForClient([], null, Fail).CipherSuitesPolicy!.AllowedCipherSuites.Order());
    }

    /// <summary>A .NET client that differs only in its cipher suite: the handshake ends before a certificate is checked.</summary>
    [Theory]
    [InlineData(TlsCipherSuite.TLS_AES_128_GCM_SHA256, false)]
    [InlineData(TlsCipherSuite.TLS_AES_256_GCM_SHA384, true)]
    [InlineData(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, true)]
    public async Task ForServer_ClientOffersOneSuite_IsServedOnlyIfAllowed(TlsCipherSuite suite, bool served)
    {
        var client = _pki.CreateTlsOptions(rank: 1).ForClient([], null, Fail);
        client.CipherSuitesPolicy = new CipherSuitesPolicy([suite]);
        (var left, var right) = DuplexStream.CreatePair();
        await using var serverStream = new SslStream(left);
        await using var clientStream = new SslStream(right);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var serving = serverStream.AuthenticateAsServerAsync(_pki.CreateTlsOptions(rank: 0).ForServer([], null, Fail), limit.Token);
        var calling = clientStream.AuthenticateAsClientAsync(client, limit.Token);
        if (served)
        {
            await Task.WhenAll(serving, calling);
            Assert.Equal(suite, serverStream.NegotiatedCipherSuite);
        }
        else
        {
            await Assert.ThrowsAsync<AuthenticationException>(() => serving);
            await Assert.ThrowsAsync<AuthenticationException>(() => calling);
        }
    }

    /// <summary>No link outlives any certificate in its chain: an intermediate authority may expire before the leaf.</summary>
    [Fact]
    public void Validate_AuthorityExpiresBeforeTheLeaf_ThePeerExpiresWithTheAuthority()
    {
        var server = _pki.CreateTlsOptions(rank: 0).ForServer([], null, Fail);
        var leaf = _pki.Forge(new LeafRecipe { ValidUntil = TimeSpan.FromDays(3650) });
        using var chain = Build(leaf, server.CertificateChainPolicy!);
        Assert.True(server.RemoteCertificateValidationCallback!(this, leaf, chain, SslPolicyErrors.None));
        using var root = X509Certificate2.CreateFromPem(_pki.RootPem);
        Assert.True(root.NotAfter < leaf.NotAfter);
        Assert.Equal(root.NotAfter, PeerIdentity.Of(leaf, IdentityMap.Default).NotAfter);
    }

    [Fact]
    public void Validate_ServerSide_ToleratesNoErrorAtAll()
    {
        CertificateVerdict? refused = null;
        var server = _pki.CreateTlsOptions(rank: 0).ForServer([], null, verdict => refused = verdict);
        var good = _pki.Forge(new LeafRecipe());
        using var chain = Build(good, server.CertificateChainPolicy!);
        Assert.False(server.RemoteCertificateValidationCallback!(this, good, chain, SslPolicyErrors.RemoteCertificateNameMismatch));
        Assert.Equal(CertificateRefusal.PlatformRefused, refused?.Refusal);
    }

    [Fact]
    public void Validate_NoCertificate_IsRefusedInBothRoles()
    {
        var refused = new List<CertificateRefusal?>();
        var factory = _pki.CreateTlsOptions(rank: 0);
        Assert.False(factory.ForServer([], null, Note).RemoteCertificateValidationCallback!(this, null, null, SslPolicyErrors.None));
        Assert.False(factory.ForClient([], null, Note).RemoteCertificateValidationCallback!(this, null, null, SslPolicyErrors.None));
        Assert.Equal([CertificateRefusal.NoCertificate, CertificateRefusal.NoCertificate], refused);

        void Note(CertificateVerdict verdict) => refused.Add(verdict.Refusal);
    }

    public void Dispose() => _pki.Dispose();

    /// <summary>Builds a chain as TLS does before it calls our validation callback.</summary>
    private static X509Chain Build(X509Certificate2 leaf, X509ChainPolicy policy)
    {
        var chain = new X509Chain { ChainPolicy = policy };
        chain.Build(leaf);
        return chain;
    }

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
