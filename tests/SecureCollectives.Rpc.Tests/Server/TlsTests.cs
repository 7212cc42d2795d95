using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc.Tests.Server;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _trusted = new();
    private readonly TestCertificates _foreign = new();
    private readonly X509Certificate2 _server;
    private readonly X509Certificate2 _client;
    private readonly X509Certificate2 _stranger;

    public TlsTests()
    {
        _server = _trusted.Issue("server");
        _client = _trusted.Issue("client");
        _stranger = _foreign.Issue("stranger");
    }

    [Fact]
    public async Task Unary_MutualTls_BothSidesSeeBothLeavesAsPresented()
    {
        await using TestServer server = await StartAsync();
        await using RpcChannel channel = Connect(server, _trusted, _client);

        RpcReply<Note> reply = await SayAsync(channel);

        RpcConnection seenByServer = server.Echo.LastCall!.Connection;
        Assert.Equal(_client.RawData, seenByServer.PeerCertificate!.RawData);
        Assert.Equal(_server.RawData, seenByServer.OwnCertificate!.RawData);
        Assert.Equal(_server.RawData, reply.Connection.PeerCertificate!.RawData);
        Assert.Equal(_client.RawData, reply.Connection.OwnCertificate!.RawData);
        Assert.False(seenByServer.OwnCertificate.HasPrivateKey);
        Assert.Equal(seenByServer.Remote, reply.Connection.Local);
        Assert.Equal(server.EndPoint, reply.Connection.Remote);
    }

    [Fact]
    public async Task Unary_CertificateRotatedBetweenConnections_EachConnectionKeepsItsOwn()
    {
        using X509Certificate2 next = _trusted.Issue("next");
        X509Certificate2 current = _server;
        await using TestServer server = await TestServer.StartAsync(listener => listener with
        {
            Tls = (handshake, _) => ValueTask.FromResult(_trusted.ServerOptions(current, handshake)),
        });
        await using RpcChannel before = Connect(server, _trusted, _client);
        await SayAsync(before);

        current = next;
        await using RpcChannel after = Connect(server, _trusted, _client);

        Assert.Equal(next.RawData, (await SayAsync(after)).Connection.PeerCertificate!.RawData);
        Assert.Equal(_server.RawData, (await SayAsync(before)).Connection.PeerCertificate!.RawData);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unary_ServerRefusesClientCertificate_ClientIsToldToLookAtThePeersLog(bool presentsForeignCertificate)
    {
        await using TestServer server = await StartAsync();
        await using RpcChannel channel = Connect(server, _trusted, presentsForeignCertificate ? _stranger : null);

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel));

        Assert.Equal(RpcStatusCode.Unavailable, failure.Code);
        Assert.Equal(ConnectionFailure.ClosedAfterHandshake, failure.Connection);
        Assert.Contains("the peer may have refused our certificate; see its log", failure.Message, StringComparison.Ordinal);
        await server.Log.WaitForAsync(LogLevel.Warning, "refused by the test");
        Assert.Null(server.Echo.LastCall);
    }

    [Fact]
    public async Task Unary_ClientRefusesServerCertificate_TlsFailedWithTheReason()
    {
        await using TestServer server = await StartAsync();
        await using RpcChannel channel = Connect(server, _foreign, _client);

        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel));

        Assert.Equal(RpcStatusCode.Unavailable, failure.Code);
        Assert.Equal(ConnectionFailure.TlsFailed, failure.Connection);
        Assert.Contains("refused by the test", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handshake_WithoutCertificate_NotOneResponseByte()
    {
        await using TestServer server = await StartAsync();

        // The preface and an empty SETTINGS frame, which a server that speaks would answer.
        Assert.Equal(0, await TalkAsync(server, SslProtocols.Tls13, [SslApplicationProtocol.Http2], null));
    }

    [Fact]
    public async Task Handshake_WithoutAlpn_NotOneResponseByte()
    {
        await using TestServer server = await StartAsync();

        Assert.Equal(0, await TalkAsync(server, SslProtocols.Tls13, null, _client));
    }

    [Fact]
    public async Task Handshake_Tls12_IsRefused()
    {
        await using TestServer server = await StartAsync();

        await Assert.ThrowsAsync<AuthenticationException>(() => TalkAsync(server, SslProtocols.Tls12, [SslApplicationProtocol.Http2], _client));
    }

    [Fact]
    public async Task Handshake_NeverFinished_ConnectionIsClosed()
    {
        await using TestServer server = await StartAsync(options => options with { HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);

        Assert.Equal(0, await ReadAsync(client.GetStream()));
        Assert.Contains(server.Log.Entries, entry => entry.Message.Contains("was not finished within 0.1 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handshake_DelegateThrows_OnlyThatConnectionIsClosed()
    {
        bool fail = true;
        await using TestServer server = await TestServer.StartAsync(listener => listener with
        {
            Tls = (handshake, _) => fail ? throw new InvalidOperationException("no certificate yet") : ValueTask.FromResult(_trusted.ServerOptions(_server, handshake)),
        });
        await using RpcChannel channel = Connect(server, _trusted, _client);
        RpcException failure = await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel));
        Assert.Equal(ConnectionFailure.ClosedByPeer, failure.Connection);

        fail = false;

        Assert.Equal("hello", (await SayAsync(channel)).Message.Text);
        Assert.Contains(server.Log.Entries, entry => entry.Level == LogLevel.Error);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task Plaintext_OnTlsPort_ConnectionIsClosedAndServerGoesOn(string text)
    {
        await using TestServer server = await StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
        byte[] answer = new byte[64];

        // OpenSSL may say goodbye with an alert record (type 21); nothing of HTTP follows.
        int count = await ReadAsync(client.GetStream(), answer);
        Assert.True(count == 0 || answer[0] == 21);

        await using RpcChannel channel = Connect(server, _trusted, _client);
        Assert.Equal("hello", (await SayAsync(channel)).Message.Text);
    }

    [Fact]
    public async Task Dispose_Channel_ClosesItsConnection()
    {
        var gate = new RecordingGate();
        await using TestServer server = await StartAsync(null, gate);
        RpcChannel channel = Connect(server, _trusted, _client);
        await SayAsync(channel);

        await channel.DisposeAsync();

        await gate.LeftAsync();
        Assert.Equal(["admitted", "authenticated", "left"], gate.Events);
    }

    [Fact]
    public async Task Gate_HandshakeFails_NeverAuthenticated()
    {
        var gate = new RecordingGate();
        await using TestServer server = await StartAsync(null, gate);
        await using RpcChannel channel = Connect(server, _trusted, _stranger);

        await Assert.ThrowsAsync<RpcException>(() => SayAsync(channel));

        await gate.LeftAsync();
        Assert.Equal(["admitted", "left"], gate.Events);
    }

    [Fact]
    public async Task Gate_AbortsDuringHandshake_ConnectionIsClosed()
    {
        var gate = new RecordingGate();
        await using TestServer server = await StartAsync(null, gate);
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);
        Action abort = await gate.AdmittedAsync();

        abort();

        Assert.Equal(0, await ReadAsync(client.GetStream()));
        await gate.LeftAsync();
        abort();
    }

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
        _stranger.Dispose();
        _trusted.Dispose();
        _foreign.Dispose();
    }

    private static Task<RpcReply<Note>> SayAsync(RpcChannel channel) =>
        channel.UnaryAsync(EchoMethods.Say, new Note { Text = "hello" }, TestLimits.Call, default);

    private static RpcChannel Connect(TestServer server, TestCertificates trusted, X509Certificate2? leaf) =>
        server.Connect(options => options with { Tls = (handshake, _) => ValueTask.FromResult(trusted.ClientOptions(leaf, handshake)) });

    /// <summary>Bytes until the peer closes; a reset counts as a close.</summary>
    private static async Task<int> ReadAsync(Stream stream, byte[]? buffer = null)
    {
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        try
        {
            return await stream.ReadAsync(buffer ?? new byte[64], limit.Token);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static async Task<int> TalkAsync(TestServer server, SslProtocols protocol, List<SslApplicationProtocol>? alpn, X509Certificate2? leaf)
    {
        using var limit = new CancellationTokenSource(TestLimits.Wait);
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint, limit.Token);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "server",
                EnabledSslProtocols = protocol,
                ApplicationProtocols = alpn,
                ClientCertificateContext = leaf is null ? null : SslStreamCertificateContext.Create(leaf, null, offline: true),
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
            limit.Token);
        try
        {
            await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray(), limit.Token);
        }
        catch (IOException)
        {
            return 0;
        }

        return await ReadAsync(stream);
    }

    private Task<TestServer> StartAsync(Func<RpcServerOptions, RpcServerOptions>? configure = null, IConnectionGate? gate = null) => TestServer.StartAsync(
        listener => listener with
        {
            Gate = gate,
            Tls = (handshake, _) => ValueTask.FromResult(_trusted.ServerOptions(_server, handshake)),
        },
        configure);
}
