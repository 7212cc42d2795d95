using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using SecureCollectives.Framing;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Grpc;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tests.Lanes;
using SecureCollectives.Transport.Tests.Tcp;

namespace SecureCollectives.Transport.Tests.Grpc;

/// <summary>
/// Tests who gets a pending lane at the gRPC lane port, and that nobody else can take it, delay it or learn anything.
/// </summary>
public sealed class GrpcLaneAcceptorTests
{
    private const int ReadBytes = 4096;

    /// <summary>
    /// The maximum number of bytes of SETTINGS, WINDOW_UPDATE, PING and GOAWAY, which any HTTP/2 server sends before it knows anything
    /// about its client.
    /// </summary>
    private const int MostOfHttp2 = 200;

    /// <summary>The log message for a connection that did not authenticate in time.</summary>
    private const string Late = "did not authenticate within 2 s";

    /// <summary>The log message for a connection that sent more than an unauthenticated connection may.</summary>
    private const string TooMuch = "more than 4096 bytes arrived before it authenticated";

    /// <summary>More HTTP/2 frames than an unauthenticated connection may send: preface, settings, and ping acknowledgements.</summary>
    private static readonly byte[] TooManyBytes =
    [
        .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, 0 },
        .. Enumerable.Repeat<byte[]>([0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], 1000).SelectMany(frame => frame),
    ];

    private static readonly AdmissionLimits FewPlaces = Patience.Limits with { MaxConnections = 3, MaxConnectionsPerSource = 3 };

    public static TheoryData<string, string> BadHellos => new()
    {
        { "proof changed", nameof(HelloStatus.WrongProof) },
        { "lane changed", nameof(HelloStatus.WrongProof) },
        { "lane unknown", nameof(HelloStatus.UnknownLane) },
        { "link id changed", nameof(HelloStatus.WrongLink) },
        { "magic changed", nameof(HelloStatus.Malformed) },
        { "of another link", nameof(HelloStatus.WrongLink) },
        { "random", nameof(HelloStatus.Malformed) },
    };

    public static TheoryData<string, string, int> UnauthenticatedPeers => new()
    {
        { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "began with something other than HTTP/2", 0 },
        { "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001", "began with something other than HTTP/2", 0 },
        { "", Late, 0 },
        { "PRI * HTTP/2.0\r\n\r\nSM", Late, 0 },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Late, MostOfHttp2 },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0", Late, MostOfHttp2 },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage that is no frame of HTTP/2", "", MostOfHttp2 },
    };

    [Theory]
    [MemberData(nameof(BadHellos))]
    public async Task Hello_Invalid_ClosesOnlyThatConnection(string bad, string status)
    {
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        using var other = LinkEnds.Agree();
        await RefuseAsync(ends, Spoil(bad, ends.Link, other));
        await ends.LoggedAsync("its hello was refused", $"({status})");
        await ProveOpenAsync(ends);
    }

    [Fact]
    public async Task Hello_Replayed_IsRefused()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        using var lane = await ends.ConnectAsync(0);
        await RefuseAsync(ends, ends.Link.Hello(0));
        await ends.LoggedAsync($"({nameof(HelloStatus.AlreadyUsed)})");
        using var second = await ends.ConnectAsync(1);
        using var link = await ends.Link.Responder.Completion.WaitAsync(LanePump.Limit);
        await RefuseAsync(ends, ends.Link.Hello(1));
        await ends.LoggedAsync($"({nameof(HelloStatus.Closed)})");
        ends.Forget(ends.Link);
        await RefuseAsync(ends, ends.Link.Hello(1));
        await ends.LoggedAsync($"({nameof(HelloStatus.WrongLink)})");
        LanePump.SendAll(lane, [1, 2, 3]);
        Assert.Equal([1, 2, 3], LanePump.Receive(link.Lanes[0].Lane, 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hello_Late_IsClosedAfterTwoSeconds(bool tls)
    {
        await using var ends = await GrpcEnds.StartAsync(tls);
        var port = await ends.ListenAsync(Patience.LimitsExceptForTheHello);
        var started = Stopwatch.GetTimestamp();
        await RefuseAsync(ends, ends.Link.Hello(0)[..^1], tls ? ends.TlsOfTheConnector : null, port);
        Assert.True(Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(1.9), "The connection was closed early.");
        // Two limits of the same length apply: that of the hello, and that of an unauthenticated connection. The first to expire is logged.
        await ends.LoggedAsync("within 2 s");
        await ProveOpenAsync(ends, port);
    }

    /// <summary>
    /// The keys alone are not enough: the peer that proves the lane must have opened the link, with the same certificate.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Hello_AnotherCertificate_IsRefusedAndTheLaneStaysOpen(int rank)
    {
        await using var ends = await GrpcEnds.StartAsync(tls: true);
        var failure = await Assert.ThrowsAsync<LaneConnectException>(() => ends.ConnectAsync(0, ends.Pki.CreateTlsOptions(rank)));
        Assert.DoesNotContain("within", failure.Message, StringComparison.Ordinal);
        await ends.LoggedAsync($"({nameof(HelloStatus.WrongLeaf)})");
        await ProveOpenAsync(ends);
    }

    [Fact]
    public async Task Hello_OfALinkWithoutTls_IsRefusedOverTls()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: true);
        using var plain = LinkEnds.Agree();
        ends.Expect(plain);
        await Assert.ThrowsAsync<LaneConnectException>(() => ends.ConnectAsync(0, link: plain));
        await ends.LoggedAsync($"({nameof(HelloStatus.WrongLeaf)})");
    }

    [Fact]
    public async Task Handshake_AnotherAuthority_IsRefused()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: true);
        using var other = new TestPki();
        await Assert.ThrowsAsync<LaneConnectException>(() => ends.ConnectAsync(0, other.CreateTlsOptions(0)));
        await ProveOpenAsync(ends);
    }

    [Fact]
    public async Task Connector_AcceptorOfAnotherRankOrCertificate_GetsNoLane()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: true);
        var peer = ends.Acceptor.Peer;
        var otherRank = ends.Acceptor with { Peer = peer with { Worker = ends.Pki.Worker(2) } };
        var otherLeaf = ends.Acceptor with { Peer = peer with { LeafHash = new byte[SHA256.HashSizeInBytes] } };
        Assert.Contains("Expected rank 2",
            (await Assert.ThrowsAsync<LaneConnectException>(() => ends.ConnectAsync(0, acceptor: otherRank))).Message);
        Assert.Contains(
            "a different certificate than the one that opened the link",
            (await Assert.ThrowsAsync<LaneConnectException>(() => ends.ConnectAsync(0, acceptor: otherLeaf))).Message);

        // The hello was never sent, so it is not used up.
        await ProveOpenAsync(ends);
    }

    [Theory]
    [InlineData("reflects the hello", "does not hold the keys")]
    [InlineData("random", "does not hold the keys")]
    [InlineData("too short", "closed before it was confirmed")]
    [InlineData("refuses", "could not be opened")]
    public async Task Connector_FalseAcceptor_GetsNoLane(string kind, string words)
    {
        await using var server = kind == "refuses"
            ? await LibraryAcceptor.StartAsync(StatusCode.PermissionDenied) : await RpcHost.StartAsync(new RpcHostOptions
            {
                Listeners = [new RpcListener(new IPEndPoint(IPAddress.Loopback, 0))],
                Services = new RpcServices().AddRaw(GrpcLaneSettings.Attach, new LaneEndpoint(async (stream, _) =>
                {
                    var lane = new GrpcLane(stream);
                    var hello = new byte[LaneHello.Length];
                    Assert.True(await lane.ReceiveAsync(hello, CancellationToken.None));
                    var answer = kind == "reflects the hello"
                        ? hello.AsMemory(
                            LaneHello.Length - LaneHello.AnswerLength) : RandomNumberGenerator.GetBytes(LaneHello.AnswerLength);
                    LanePump.SendAll(lane, answer.Span[..(kind == "too short" ? 31 : LaneHello.AnswerLength)]);
                    if (kind != "too short")
                    {
                        // Wait until the connector has checked the answer and left: ending the lane could discard bytes that the connector
                        // has not read.
                        await lane.ReceiveAsync(new byte[1], CancellationToken.None);
                    }

                    lane.Dispose();
                    await lane.Closed;
                }).InvokeAsync),
            });
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        var failure = await Assert.ThrowsAsync<LaneConnectException>(
            () => ends.ConnectAsync(0, acceptor: ends.Acceptor with { Port = server.EndPoints[0].Port }));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connector_NobodyListensOrCancelled_Fails()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        using var refusing = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        refusing.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // Never listens.
        var port = ((IPEndPoint)refusing.LocalEndPoint!).Port;
        await Assert.ThrowsAsync<LaneConnectException>(() => ends.ConnectAsync(0, acceptor: ends.Acceptor with { Port = port }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ends.ConnectAsync(0, cancellationToken: new CancellationToken(canceled: true)));
        await ProveOpenAsync(ends);
    }

    [Theory]
    [MemberData(nameof(UnauthenticatedPeers))]
    public async Task Port_UnauthenticatedConnection_GetsNothingAndIsClosed(string bytes, string reason, int most)
    {
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        var port = reason == Late ? await ends.ListenAsync(Patience.LimitsExceptForTheHello) : ends.Port;
        using var rawConnection = await RawConnection.OpenAsync(port);
        await rawConnection.SendAsync(Encoding.Latin1.GetBytes(bytes));
        var answer = await rawConnection.ReadToEndAsync(LanePump.Limit);

        Assert.InRange(answer.Length, 0, most);
        Assert.DoesNotContain("HTTP/1.1", Encoding.Latin1.GetString(answer), StringComparison.Ordinal);
        if (reason.Length > 0)
        {
            await ends.LoggedAsync(rawConnection.Local.ToString(), reason);
        }

        await ProveOpenAsync(ends, port);
    }

    /// <summary>Flow control would let a caller send megabytes ahead; an unauthenticated connection gets 4 KiB.</summary>
    [Fact]
    public async Task Port_TooManyUnauthenticatedBytes_IsClosedImmediately()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        using var rawConnection = await RawConnection.OpenAsync(ends.Port);
        await rawConnection.SendAsync(TooManyBytes);
        Assert.InRange((await rawConnection.ReadToEndAsync(LanePump.Limit)).Length, 0, MostOfHttp2);
        await ends.LoggedAsync(rawConnection.Local.ToString(), TooMuch);
        await ProveOpenAsync(ends);
    }

    [Fact]
    public async Task Port_OtherMethod_GetsNothing()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: false);
        await using var connection = await ConnectAsync(ends);
        var bytes = new Marshaller<byte[]>(message => message, message => message);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "grpc.health.v1.Health", "Check", bytes, bytes);
        var failure = await Assert.ThrowsAsync<ConnectionException>(() => connection.CallAsync(
            calls => calls.AsyncUnaryCall(method, null, new CallOptions(deadline: DateTime.UtcNow + LanePump.Limit), []).ResponseAsync,
                CancellationToken.None));
        Assert.Equal(ConnectionFailure.Lost, failure.Failure);
        await ends.LoggedAsync("called something that is not served here");
        await ProveOpenAsync(ends);
    }

    [Fact]
    public async Task UnauthenticatedConnections_BeyondTheLimit_EvictTheOldestAndNoLane()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: false, FewPlaces);
        using var lane = await ends.ConnectAsync(0);
        var rawConnections = new List<RawConnection>();
        for (var i = 0; i < 4; i++)
        {
            rawConnections.Add(await RawConnection.OpenAsync(ends.Port));
        }

        Assert.Empty(await rawConnections[0].ReadToEndAsync(LanePump.Limit));
        await AssertTheOldestWentAndLanesStay(ends, rawConnections[0].Local, lane);
        rawConnections.ForEach(rawConnection => rawConnection.Dispose());
    }

    /// <summary>
    /// A certificate from the same authority does not prove a right to a lane: a connection with nothing else stays unauthenticated.
    /// </summary>
    [Fact]
    public async Task UnauthenticatedConnections_WithValidCertificates_EvictTheOldestAndNoLane()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: true, FewPlaces);
        using var lane = await ends.ConnectAsync(0);
        var rawConnections = new List<(SslStream Stream, IPEndPoint Local)>();
        for (var i = 0; i < 4; i++)
        {
            rawConnections.Add(await HandshakeAsync(ends, rank: 3));
        }

        await ReadToEndAsync(rawConnections[0].Stream);
        await AssertTheOldestWentAndLanesStay(ends, rawConnections[0].Local, lane);
        rawConnections.ForEach(rawConnection => rawConnection.Stream.Dispose());
    }

    [Fact]
    public async Task UnauthenticatedConnection_WithACertificate_HasTwoSecondsForItsHello()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: true);
        var port = await ends.ListenAsync(Patience.LimitsExceptForTheHello);
        var (rawConnection, local) = await HandshakeAsync(ends, rank: 0, port);
        await ReadToEndAsync(rawConnection);
        await ends.LoggedAsync(local.ToString(), Late);
        rawConnection.Dispose();
        await ProveOpenAsync(ends, port);
    }

    [Fact]
    public async Task UnauthenticatedConnection_WithACertificate_HasFourKibibytes()
    {
        await using var ends = await GrpcEnds.StartAsync(tls: true);
        var (rawConnection, local) = await HandshakeAsync(ends, rank: 0);
        try
        {
            await rawConnection.WriteAsync(TooManyBytes).AsTask().WaitAsync(LanePump.Limit);
        }
        catch (IOException)
        {
            // The connection was closed before everything was sent.
        }

        await ReadToEndAsync(rawConnection);
        await ends.LoggedAsync(local.ToString(), TooMuch);
        rawConnection.Dispose();
        await ProveOpenAsync(ends);
    }

    /// <summary>
    /// Checks that the port still accepts connections, and that the rightful worker gets both lanes, at a port whose time limits it cannot
    /// exceed.
    /// </summary>
    private static async Task ProveOpenAsync(GrpcEnds ends, int? port = null)
    {
        if (port is { } other && other != ends.Port)
        {
            using var next = await RawConnection.OpenAsync(other);
            await next.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await next.ReadToEndAsync(LanePump.Limit);
            await ends.LoggedAsync(next.Local.ToString());
        }

        var (connected, accepted) = await ends.ConnectAllAsync();
        using (accepted)
        {
            LanePump.SendAll(connected[1], [1, 2, 3, 4, 5]);
            Assert.Equal([1, 2, 3, 4, 5], LanePump.Receive(accepted.Lanes[1].Lane, 5));
        }

        foreach (var lane in connected)
        {
            lane.Dispose();
        }
    }

    /// <summary>Begins a lane with the given bytes, and checks that the connection closes without a response.</summary>
    private static async Task RefuseAsync(GrpcEnds ends, byte[] hello, Security.Identity.TlsOptionsFactory? tls = null, int? port = null)
    {
        var message = new byte[LaneMessageFormat.MaxHeaderLength + hello.Length];
        var header = LaneMessageFormat.WriteHeader(message, hello.Length);
        hello.CopyTo(message, header);
        await using var connection = await ConnectAsync(ends, tls, port);
        var failure = await Assert.ThrowsAsync<ConnectionException>(
            () => ConnectedLaneCall.OpenAsync(connection, message.AsMemory(0, header + hello.Length), CancellationToken.None)
                .WaitAsync(LanePump.Limit));
        Assert.Equal(ConnectionFailure.Lost, failure.Failure);
    }

    private static async Task AssertTheOldestWentAndLanesStay(GrpcEnds ends, IPEndPoint oldest, Lane lane)
    {
        await ends.LoggedAsync(oldest.ToString(), "newer connections took its place");
        using var second = await ends.ConnectAsync(1);
        using var link = await ends.Link.Responder.Completion.WaitAsync(LanePump.Limit);
        LanePump.SendAll(lane, [7]);
        Assert.Equal([7], LanePump.Receive(link.Lanes[0].Lane, 1));
    }

    /// <summary>Opens a TLS connection with a certificate from the workers' authority, on which nothing has been sent yet.</summary>
    private static async Task<(SslStream Stream, IPEndPoint Local)> HandshakeAsync(GrpcEnds ends, int rank, int? port = null)
    {
        var client = new TcpClient(AddressFamily.InterNetwork);
        await client.ConnectAsync(IPAddress.Loopback, port ?? ends.Port).WaitAsync(LanePump.Limit);
        var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(ends.Pki.CreateTlsOptions(rank).ForClient([SslApplicationProtocol.Http2], null, _ => { }))
            .WaitAsync(LanePump.Limit);
        return (stream, (IPEndPoint)client.Client.LocalEndPoint!);
    }

    private static async Task ReadToEndAsync(SslStream stream)
    {
        var scratch = new byte[ReadBytes];
        try
        {
            while (await stream.ReadAsync(scratch).AsTask().WaitAsync(LanePump.Limit) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is as good as an end of stream.
        }
    }

    private static Task<ClientConnection> ConnectAsync(GrpcEnds ends, Security.Identity.TlsOptionsFactory? tls = null, int? port = null)
    {
        var options = new ClientConnectionOptions
        {
            Host = "127.0.0.1",
            Port = port ?? ends.Port,
            Tls = tls is null ? null : (_, _) => ValueTask.FromResult(tls.ForClient([], null, _ => { })),
        };
        return ClientConnection.ConnectAsync(options, CancellationToken.None);
    }

    private static byte[] Spoil(string bad, LinkEnds link, LinkEnds other)
    {
        var hello = link.Hello(0);
        switch (bad)
        {
            case "proof changed":
                hello[^1] ^= 1;
                return hello;
            case "lane changed":
                hello[7] ^= 1;
                return hello;
            case "lane unknown":
                hello[7] = 9;
                return hello;
            case "link id changed":
                hello[8] ^= 1;
                return hello;
            case "magic changed":
                hello[0] ^= 1;
                return hello;
            case "of another link":
                return other.Hello(0);
            default:
                return RandomNumberGenerator.GetBytes(LaneHello.Length);
        }
    }
}
