#pragma warning disable CA5359 // The malicious peer accepts every certificate on purpose; the test is about our side's verdict.
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests.Identity;

/// <summary>An in-memory TLS handshake between our options and a peer that accepts and presents any certificate.</summary>
internal static class TlsHandshake
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<HandshakeOutcome> WithOurServerAsync(
        Func<Action<CertificateVerdict>, SslServerAuthenticationOptions> ours, X509Certificate2? presented,
            SslProtocols protocols = SslProtocols.Tls13)
    {
        var peer = new SslClientAuthenticationOptions
        {
            TargetHost = "anything",
            EnabledSslProtocols = protocols,
            ClientCertificateContext = presented is null ? null : SslStreamCertificateContext.Create(presented, [], offline: true),
            RemoteCertificateValidationCallback = AnyCertificate,
        };
        return await RunAsync(
            (stream, verdicts, token) => stream.AuthenticateAsServerAsync(ours(verdicts), token),
            (stream, token) => stream.AuthenticateAsClientAsync(peer, token));
    }

    public static async Task<HandshakeOutcome> WithOurClientAsync(
        Func<Action<CertificateVerdict>, SslClientAuthenticationOptions> ours, X509Certificate2 presented,
            SslProtocols protocols = SslProtocols.Tls13)
    {
        var peer = new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = protocols,
            ServerCertificateContext = SslStreamCertificateContext.Create(presented, [], offline: true),
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = AnyCertificate,
        };
        return await RunAsync(
            (stream, verdicts, token) => stream.AuthenticateAsClientAsync(ours(verdicts), token),
            (stream, token) => stream.AuthenticateAsServerAsync(peer, token));
    }

    private static bool AnyCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    private static async Task<HandshakeOutcome> RunAsync(
        Func<SslStream, Action<CertificateVerdict>, CancellationToken, Task> authenticateOurs,
            Func<SslStream, CancellationToken, Task> authenticatePeer)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        (var left, var right) = DuplexStream.CreatePair();
        await using var our = new SslStream(left);
        await using var peer = new SslStream(right);

        CertificateVerdict? verdict = null;
        var ours = ErrorOf(authenticateOurs(our, refused => verdict = refused, limit.Token), our);
        var peers = ErrorOf(authenticatePeer(peer, limit.Token), peer);
        var ourError = await ours;
        var peerError = await peers;
        var identity = ourError is null ? PeerIdentity.Of((X509Certificate2)our.RemoteCertificate!, IdentityMap.Default) : null;
        return new HandshakeOutcome(verdict, ourError, peerError, identity, ourError is null ? our.SslProtocol : SslProtocols.None);
    }

    private static async Task<Exception?> ErrorOf(Task handshake, SslStream stream)
    {
        try
        {
            await handshake.WaitAsync(Limit);
            return null;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException or CryptographicException)
        {
            // SslStream throws a CryptographicException if it cannot decode the peer's certificate. Wake the other side if it still waits
            // for our next flight.
            await stream.DisposeAsync();
            return e;
        }
    }
}
