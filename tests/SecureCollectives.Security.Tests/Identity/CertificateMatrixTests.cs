using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>Presents every certificate that must be refused in a real TLS handshake to our server and to our client.</summary>
public sealed class CertificateMatrixTests : IDisposable
{
    private readonly TestPki _pki = new();
    private readonly TlsOptionsFactory _ours;

    public CertificateMatrixTests() => _ours = _pki.CreateTlsOptions(rank: 1);

    public static TheoryData<string> Cases => [.. BadCertificates.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Server_BadClientCertificate_IsRefusedWithItsReason(string name)
    {
        var bad = BadCertificates.All[name];
        var outcome = await TlsHandshake.WithOurServerAsync(Server(_pki.Worker(0)), bad.Make(_pki));
        AssertRefused(bad.Refusal, bad.OpenSslMayRefuseFirst, outcome);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Client_BadServerCertificate_IsRefusedWithItsReason(string name)
    {
        var bad = BadCertificates.All[name];
        var outcome = await TlsHandshake.WithOurClientAsync(Client(_pki.Worker(0)), bad.Make(_pki));
        AssertRefused(bad.Refusal, bad.OpenSslMayRefuseFirst, outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_GoodClientCertificate_IsAccepted(bool expectExactly)
    {
        var good = _pki.Forge(new LeafRecipe());
        var outcome = await TlsHandshake.WithOurServerAsync(Server(expectExactly ? _pki.Worker(0) : null), good);
        AssertAccepted(good, outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_GoodServerCertificate_IsAccepted(bool expectExactly)
    {
        var good = _pki.Forge(new LeafRecipe { DnsNames = ["worker-0.example"] });
        var outcome = await TlsHandshake.WithOurClientAsync(Client(expectExactly ? _pki.Worker(0) : null), good);
        AssertAccepted(good, outcome);
    }

    [Theory]
    [InlineData("RSA 2048")]
    [InlineData("P-384")]
    public async Task Server_OtherStrongKey_IsAccepted(string key)
    {
        var good = _pki.Forge(new LeafRecipe { NewKey = BadCertificates.Keys[key] });
        AssertAccepted(good, await TlsHandshake.WithOurServerAsync(Server(_pki.Worker(0)), good));
    }

    [Fact]
    public async Task Server_ClientWithoutCertificate_IsRefused()
    {
        var outcome = await TlsHandshake.WithOurServerAsync(Server(expected: null), presented: null);
        AssertRefused(CertificateRefusal.NoCertificate, openSslMayRefuseFirst: false, outcome);
    }

    [Fact]
    public async Task Server_Tls12Client_IsRefusedBeforeCertificates()
    {
        var outcome = await TlsHandshake.WithOurServerAsync(Server(null), _pki.Forge(new LeafRecipe()), SslProtocols.Tls12);
        Assert.IsType<AuthenticationException>(outcome.OurError);
        Assert.IsType<AuthenticationException>(outcome.PeerError);
        Assert.Null(outcome.Refused);
    }

    [Fact]
    public async Task Client_Tls12Server_IsRefusedBeforeCertificates()
    {
        var outcome = await TlsHandshake.WithOurClientAsync(Client(null), _pki.Forge(new LeafRecipe()), SslProtocols.Tls12);
        Assert.IsType<AuthenticationException>(outcome.OurError);
        Assert.NotNull(outcome.PeerError);
        Assert.Null(outcome.Refused);
    }

    public void Dispose() => _pki.Dispose();

    private static void AssertRefused(CertificateRefusal refusal, bool openSslMayRefuseFirst, HandshakeOutcome outcome)
    {
        Assert.NotNull(outcome.OurError);
        Assert.Null(outcome.Peer);
        Assert.True(outcome.Refused is not null || openSslMayRefuseFirst,
            $"No verdict. Ours: {outcome.OurError} Peer: {outcome.PeerError}");
        if (outcome.Refused is { } verdict)
        {
            // A client whose OpenSSL refuses to use its certificate sends none.
            if (openSslMayRefuseFirst && verdict.Refusal == CertificateRefusal.NoCertificate)
            {
                return;
            }

            Assert.Equal(refusal, verdict.Refusal);
            Assert.False(verdict.Accepted);
            Assert.NotEmpty(verdict.Explanation);
        }
    }

    private void AssertAccepted(X509Certificate2 presented, HandshakeOutcome outcome)
    {
        Assert.Null(outcome.Refused?.Explanation);
        Assert.Null(outcome.OurError);
        Assert.Null(outcome.PeerError);
        Assert.Equal(SslProtocols.Tls13, outcome.Protocol);
        Assert.NotNull(outcome.Peer);
        Assert.Equal(_pki.Worker(0), outcome.Peer.Worker);
        Assert.Equal(presented.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256), outcome.Peer.LeafHash.ToArray());
        Assert.Equal(presented.NotAfter, outcome.Peer.NotAfter);
    }

    private Func<Action<CertificateVerdict>, SslServerAuthenticationOptions> Server(WorkerId? expected)
        => onRefused => _ours.ForServer([], expected, onRefused);

    private Func<Action<CertificateVerdict>, SslClientAuthenticationOptions> Client(WorkerId? expected)
        => onRefused => _ours.ForClient([], expected, onRefused);
}
