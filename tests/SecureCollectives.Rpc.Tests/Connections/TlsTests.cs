using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Connections;

public sealed class TlsTests : IDisposable
{
    private readonly TestPki _trusted = new();
    private readonly TestPki _foreign = new();
    private readonly WorkerIdentity _server;
    private readonly WorkerIdentity _client;

    public TlsTests()
    {
        _server = _trusted.CreateIdentity(1);
        _client = _trusted.CreateIdentity(0);
    }

    [Fact]
    public async Task Unary_MutualTls_BothSidesSeeBothLeavesAsPresented()
    {
        await using var server = await StartAsync();
        await using var connection = await ConnectAsync(server, _client);

        await connection.SayAsync("hello");

        var seenByServer = server.Echo.LastConnection!;
        Assert.Equal(Leaf(_client), seenByServer.PeerCertificate!.RawData);
        Assert.Equal(Leaf(_server), seenByServer.OwnCertificate!.RawData);
        Assert.Equal(Leaf(_server), connection.Peer.PeerCertificate!.RawData);
        Assert.Equal(Leaf(_client), connection.Peer.OwnCertificate!.RawData);
        Assert.False(seenByServer.OwnCertificate.HasPrivateKey);
        Assert.Equal(seenByServer.Remote, connection.Peer.Local);
        Assert.Equal(server.EndPoint, connection.Peer.Remote);
    }

    [Fact]
    public async Task Unary_CertificateRotatedBetweenConnections_EachConnectionKeepsItsOwn()
    {
        var next = _trusted.CreateIdentity(1);
        var current = _server;
        await using var server = await TestServer.StartAsync(listener => listener with
        {
            Tls = (handshake, _) => ValueTask.FromResult(ServerOptions(current, handshake)),
        });
        await using var before = await ConnectAsync(server, _client);
        await before.SayAsync("hello");

        current = next;
        await using var after = await ConnectAsync(server, _client);

        await after.SayAsync("hello");
        Assert.Equal(Leaf(next), after.Peer.PeerCertificate!.RawData);
        await before.SayAsync("hello");
        Assert.Equal(Leaf(_server), server.Echo.LastConnection!.OwnCertificate!.RawData);
        Assert.Equal(Leaf(_server), before.Peer.PeerCertificate!.RawData);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unary_ServerRefusesClientCertificate_ClientIsToldToLookAtThePeersLog(bool presentsForeignCertificate)
    {
        await using var server = await StartAsync();
        await using var connection = await ConnectAsync(
            server, _client, presents: presentsForeignCertificate ? _foreign.CreateIdentity(0).CertificateContext : null);

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => connection.SayAsync("hello"));

        Assert.Equal(ConnectionFailure.ClosedAfterHandshake, failure.Failure);
        Assert.Contains("It may have refused our certificate; see its log", failure.Status.Detail, StringComparison.Ordinal);
        await server.Log.WaitForAsync(LogLevel.Warning, presentsForeignCertificate ? "trust roots" : "presented no certificate");
        Assert.Null(server.Echo.LastConnection);
    }

    [Fact]
    public async Task Unary_ClientRefusesServerCertificate_TlsFailedWithTheReason()
    {
        await using var server = await StartAsync();

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(server, _foreign.CreateIdentity(0)));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal(ConnectionFailure.TlsFailed, failure.Failure);
        Assert.Contains("trust roots", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handshake_WithoutCertificate_GetsNoResponseByte()
    {
        await using var server = await StartAsync();

        // The preface and an empty SETTINGS frame, which an HTTP/2 server would answer.
        Assert.Equal(0, await TalkAsync(server, SslProtocols.Tls13, [SslApplicationProtocol.Http2], null));
    }

    [Fact]
    public async Task Handshake_WithoutAlpn_GetsNoResponseByte()
    {
        await using var server = await StartAsync();

        Assert.Equal(0, await TalkAsync(server, SslProtocols.Tls13, null, _client));
    }

    [Fact]
    public async Task Handshake_Tls12_IsRefused()
    {
        await using var server = await StartAsync();

        await Assert.ThrowsAsync<AuthenticationException>(
            () => TalkAsync(server, SslProtocols.Tls12, [SslApplicationProtocol.Http2], _client));
    }

    [Fact]
    public async Task Handshake_NeverFinished_ConnectionIsClosed()
    {
        await using var server = await StartAsync(options => options with { HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);

        Assert.Equal(0, await ReadAsync(client.GetStream()));
        Assert.Contains(server.Log.Entries, entry => entry.Message.Contains("did not finish within 0.1 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handshake_DelegateThrows_OnlyThatConnectionIsClosed()
    {
        var fail = true;
        await using var server = await TestServer.StartAsync(listener => listener with
        {
            Tls = (handshake, _) =>
                fail ? throw new InvalidOperationException("no certificate yet") : ValueTask.FromResult(ServerOptions(_server, handshake)),
        });
        var failure = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(server, _client));
        Assert.Equal(ConnectionFailure.ClosedByPeer, failure.Failure);

        fail = false;

        await using var connection = await ConnectAsync(server, _client);
        Assert.Equal("hello", await connection.SayAsync("hello"));
        Assert.Contains(server.Log.Entries, entry => entry.Level == LogLevel.Error);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task Plaintext_OnTlsPort_ConnectionIsClosedAndServerContinues(string text)
    {
        await using var server = await StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
        var answer = new byte[64];

        // OpenSSL may send an alert record (type 21), but no HTTP bytes follow.
        var count = await ReadAsync(client.GetStream(), answer);
        Assert.True(count == 0 || answer[0] == 21);

        await using var connection = await ConnectAsync(server, _client);
        Assert.Equal("hello", await connection.SayAsync("hello"));
    }

    [Fact]
    public async Task Dispose_Connection_ClosesIt()
    {
        var gate = new RecordingGate();
        await using var server = await StartAsync(null, gate);
        var connection = await ConnectAsync(server, _client);
        await connection.SayAsync("hello");

        await connection.DisposeAsync();

        await gate.LeftAsync();
        Assert.Equal(["admitted", "authenticated", "left"], gate.Events);
    }

    [Fact]
    public async Task Gate_HandshakeFails_NeverAuthenticated()
    {
        var gate = new RecordingGate();
        await using var server = await StartAsync(null, gate);
        await using var connection = await ConnectAsync(server, _client, presents: null);

        await Assert.ThrowsAsync<ConnectionException>(() => connection.SayAsync("hello"));

        await gate.LeftAsync();
        Assert.Equal(["admitted", "left"], gate.Events);
    }

    [Fact]
    public async Task Gate_AbortsDuringHandshake_ConnectionIsClosed()
    {
        var gate = new RecordingGate();
        await using var server = await StartAsync(null, gate);
        using var client = new TcpClient();
        await client.ConnectAsync(server.EndPoint);
        var abort = await gate.AdmittedAsync();

        abort();

        Assert.Equal(0, await ReadAsync(client.GetStream()));
        await gate.LeftAsync();
        abort();
    }

    /// <summary>
    /// A TLS 1.3 client can refuse the server's certificate after the server has seen the handshake succeed. Such a client sends nothing.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handshake_ConnectionEndsRightAfterIt_IsReportedUnlessTheServerEndedIt(bool byTheClient)
    {
        var left = new ConcurrentQueue<IPEndPoint>();
        var gate = new RecordingGate();
        await using var server = await StartAsync(gate, left);
        await using var connection = await ConnectAsync(server, _client);
        var abort = await gate.AdmittedAsync();
        await gate.AuthenticatedAsync();

        if (byTheClient)
        {
            await connection.DisposeAsync();
        }
        else
        {
            abort();
        }

        await gate.LeftAsync();
        Assert.Equal(byTheClient ? [connection.Peer.Local] : [], left);
    }

    [Fact]
    public async Task Handshake_ConnectionEndsAfterACall_IsNotReported()
    {
        var left = new ConcurrentQueue<IPEndPoint>();
        var gate = new RecordingGate();
        await using var server = await StartAsync(gate, left);
        var connection = await ConnectAsync(server, _client);
        await connection.SayAsync("hello");

        await connection.DisposeAsync();

        await gate.LeftAsync();
        Assert.Empty(left);
    }

    public void Dispose()
    {
        _trusted.Dispose();
        _foreign.Dispose();
    }

    private static byte[] Leaf(WorkerIdentity identity) => identity.CertificateContext.TargetCertificate.RawData;

    private SslServerAuthenticationOptions ServerOptions(WorkerIdentity identity, RpcHandshake handshake) =>
        new TlsOptionsFactory(() => identity, () => _trusted.Now).ForServer(
            [], expected: null, verdict => handshake.Refusal = verdict.Explanation);

    private Task<ClientConnection> ConnectAsync(TestServer server, WorkerIdentity client) =>
        ConnectAsync(server, client, client.CertificateContext);

    private Task<ClientConnection> ConnectAsync(TestServer server, WorkerIdentity client, SslStreamCertificateContext? presents) =>
        server.ConnectAsync(options => options with
        {
            Tls = (handshake, _) =>
            {
                var tls = new TlsOptionsFactory(
                    () => client, () => _trusted.Now).ForClient([], expected: null, verdict => handshake.Refusal = verdict.Explanation);
                tls.ClientCertificateContext = presents;
                return ValueTask.FromResult(tls);
            },
        });

    /// <summary>Returns the number of bytes until the peer closes; a reset counts as a close.</summary>
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

    private static async Task<int> TalkAsync(
        TestServer server, SslProtocols protocol, List<SslApplicationProtocol>? alpn, WorkerIdentity? identity)
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
                ClientCertificateContext = identity?.CertificateContext,
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

    private Task<TestServer> StartAsync(Func<RpcHostOptions, RpcHostOptions>? configure = null, IConnectionGate? gate = null) =>
        TestServer.StartAsync(
            listener => listener with { Tls = (handshake, _) => ValueTask.FromResult(ServerOptions(_server, handshake)) },
            options => (configure?.Invoke(options) ?? options) with { Gate = gate });

    private Task<TestServer> StartAsync(IConnectionGate gate, ConcurrentQueue<IPEndPoint> left) => TestServer.StartAsync(
        listener => listener with
        {
            Tls = (handshake, _) => ValueTask.FromResult(ServerOptions(_server, handshake)),
            PeerLeftAtOnce = connection => left.Enqueue(connection.Remote),
        },
        options => options with { Gate = gate });
}
