using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Framing;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tcp;
using SecureCollectives.Transport.Tls;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>
/// The TLS lane port: getting a lane requires TLS, the link's own certificate and the hello.
/// </summary>
public sealed class TlsLaneListenerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RecordingLoggerFactory _logs = new();
    private readonly TlsEnds _ends = new();
    private readonly LinkEnds _link;
    private readonly TcpLaneListener _listener;

    public TlsLaneListenerTests()
    {
        _link = LinkEnds.Agree(_ends.Connector.LeafHash);
        _listener = Listen(Patience.Limits);
        _listener.Expect(_link.Responder);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _link.Dispose();
        _ends.Dispose();
    }

    [Fact]
    public async Task Connector_TheLinksCertificate_GetsLanesThatMoveBytes()
    {
        using var first = await ConnectAsync(0);
        using var second = await ConnectAsync(1);
        using var link = await _link.Responder.Completion.WaitAsync(Limit);

        Assert.Equal(LaneOutcome.Moved, second.TrySend([1, 2, 3], [4, 5], out var sent));
        Assert.Equal(5, sent);
        Assert.Equal([1, 2, 3, 4, 5], Receive(link.Lanes[1].Lane, 5));
        Assert.Equal(LaneOutcome.Moved, link.Lanes[0].Lane.TrySend([6], default, out _));
        Assert.Equal([6], Receive(first, 1));
    }

    /// <summary>
    /// The keys alone are not enough: the peer that proves the lane must have opened the link, with the same certificate.
    /// </summary>
    [Fact]
    public async Task Hello_AnotherCertificateOfTheSameWorker_IsRefusedAndTheLaneStaysOpen()
    {
        await RefuseAsync(_ends.Pki.CreateTlsOptions(0), $"({nameof(HelloStatus.WrongLeaf)})");
        using var rightful = await ConnectAsync(0);
    }

    [Fact]
    public async Task Hello_CertificateOfAnotherRank_IsRefused() =>
        await RefuseAsync(_ends.Pki.CreateTlsOptions(3), $"({nameof(HelloStatus.WrongLeaf)})");

    [Fact]
    public async Task Handshake_CertificateOfAnotherAuthority_IsRefused()
    {
        using var other = new TestPki();
        await RefuseAsync(other.CreateTlsOptions(0), "its TLS handshake failed");
    }

    [Fact]
    public async Task Hello_WithoutTls_IsRefused()
    {
        using var rawConnection = await RawConnection.OpenAsync(_listener.Port);
        await rawConnection.SendAsync(_link.Hello(0));
        await rawConnection.ReadToEndAsync(Limit);
        await LoggedAsync($"from {rawConnection.Local} ", "its TLS handshake failed");
        using var rightful = await ConnectAsync(0);
    }

    [Fact]
    public async Task Hello_GarbageInsideTls_IsRefused()
    {
        var (lane, local) = await ConnectTlsAsync(_listener.Port);
        using (lane)
        {
            Pump(lane, () => lane.TrySend(new byte[LaneHello.Length], default, out _) == LaneOutcome.Moved);
            Pump(lane, () => lane.TryReceive(new byte[1], out _) is LaneOutcome.Broken or LaneOutcome.Ended);
        }

        await LoggedAsync($"from {local} ", $"({nameof(HelloStatus.Malformed)})");
        using var rightful = await ConnectAsync(0);
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("half a record")]
    [InlineData("no hello")]
    public async Task Handshake_NeverFinished_IsClosedInTime(string what)
    {
        using var listener = Listen(new AdmissionLimits { HandshakeTimeout = TimeSpan.FromSeconds(2) });
        listener.Expect(_link.Responder);
        var started = Stopwatch.GetTimestamp();
        if (what == "no hello")
        {
            var (lane, _) = await ConnectTlsAsync(listener.Port);
            using (lane)
            {
                Pump(lane, () => lane.TryReceive(new byte[1], out _) is LaneOutcome.Broken or LaneOutcome.Ended);
            }
        }
        else
        {
            using var rawConnection = await RawConnection.OpenAsync(listener.Port);
            await rawConnection.SendAsync(what == "silence" ? [] : [0x16, 3, 1, 2, 0, 1, 0]);
            Assert.Empty(await rawConnection.ReadToEndAsync(Limit));
        }

        Assert.True(Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(1.9), "The connection was closed early.");
        await LoggedAsync("no hello came within 2 s", "lane connection");

        // The port accepts the next connection, and the lane is still pending for the rightful worker, at a port whose time limits it
        // cannot exceed.
        using var next = await RawConnection.OpenAsync(listener.Port);
        await next.SendAsync(_link.Hello(0));
        await next.ReadToEndAsync(Limit);
        await LoggedAsync($"from {next.Local} ", "lane connection");
        using var rightful = await ConnectAsync(0);
    }

    /// <summary>
    /// A certificate from the same authority does not prove a right to a lane: a connection with nothing else stays unauthenticated.
    /// </summary>
    [Fact]
    public async Task UnauthenticatedConnections_WithCertificatesAndNoHello_TheOldestGoes()
    {
        using var listener = Listen(Patience.Limits with { MaxConnections = 3, MaxConnectionsPerSource = 3 });
        listener.Expect(_link.Responder);
        var rawConnections = new List<Lane>();
        for (var i = 0; i < 4; i++)
        {
            rawConnections.Add((await ConnectTlsAsync(listener.Port)).Lane);
        }

        Pump(rawConnections[0], () => rawConnections[0].TryReceive(new byte[1], out _) is LaneOutcome.Broken or LaneOutcome.Ended);
        await LoggedAsync("lane connection", "too many unauthenticated connections");
        using var rightful = await ConnectAsync(_link, _ends.ConnectorOptions, _ends.Acceptor, Limit, listener.Port);
        rawConnections.ForEach(rawConnection => rawConnection.Dispose());
    }

    /// <summary>A link whose lanes were agreed without TLS cannot be opened over TLS either.</summary>
    [Fact]
    public async Task Hello_OfALinkWithoutTls_IsRefused()
    {
        using var plain = LinkEnds.Agree();
        _listener.Expect(plain.Responder);
        await Assert.ThrowsAsync<LaneConnectException>(() => ConnectAsync(plain, _ends.ConnectorOptions, _ends.Acceptor, Limit));
        await LoggedAsync("lane connection", $"({nameof(HelloStatus.WrongLeaf)})");
    }

    [Fact]
    public async Task Connector_AcceptorHasAnotherLeaf_SendsNoHello()
    {
        using var renewed = Listen(Patience.Limits, _ends.Pki.CreateTlsOptions(1));
        renewed.Expect(_link.Responder);
        var failure = await Assert.ThrowsAsync<LaneConnectException>(
            () => ConnectAsync(_link, _ends.ConnectorOptions, _ends.Acceptor, Limit, renewed.Port));
        Assert.Contains("a different certificate than the one that opened the link", failure.Message);

        // The hello was never sent, so it is not used up.
        using var rightful = await ConnectAsync(0);
    }

    [Fact]
    public async Task Connector_SilentAcceptor_GivesUpInTime()
    {
        using var acceptor = new TcpListener(IPAddress.Loopback, 0);
        acceptor.Start();
        var failure = await Assert.ThrowsAsync<LaneConnectException>(() => ConnectAsync(
            _link, _ends.ConnectorOptions, _ends.Acceptor, TimeSpan.FromSeconds(1), ((IPEndPoint)acceptor.LocalEndpoint).Port));
        Assert.Contains("was not confirmed within 1 s", failure.Message);
    }

    private static byte[] Receive(Lane lane, int length)
    {
        var received = new byte[length];
        var count = 0;
        Pump(lane, () =>
        {
            if (lane.TryReceive(received.AsSpan(count), out var more) == LaneOutcome.Moved)
            {
                count += more;
            }

            return count == length;
        });
        return received;
    }

    private static void Pump(Lane lane, Func<bool> done)
    {
        for (var started = Stopwatch.GetTimestamp(); !done();)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, lane.Fault ?? "Nothing moved.");
            Thread.Yield();
        }
    }

    private Task<Lane> ConnectAsync(ushort lane) => ConnectAsync(_link, _ends.ConnectorOptions, _ends.Acceptor, Limit, null, lane);

    private Task<Lane> ConnectAsync(
        LinkEnds link, TlsOptionsFactory tls, PeerIdentity peer, TimeSpan timeout, int? port = null, ushort lane = 0) => Task.Run(
        () => new TcpLaneConnector(new IPEndPoint(IPAddress.Loopback, port ?? _listener.Port), link.Initiator, lane, tls, timeout,
            CancellationToken.None).Connect(peer));

    private async Task RefuseAsync(TlsOptionsFactory tls, string reason)
    {
        var failure = await Assert.ThrowsAsync<LaneConnectException>(() => ConnectAsync(_link, tls, _ends.Acceptor, Limit));
        Assert.NotEmpty(failure.Message);
        await LoggedAsync("lane connection", reason);
    }

    /// <summary>Opens a connection with valid TLS; the test decides what follows.</summary>
    private async Task<(Lane Lane, IPEndPoint Local)> ConnectTlsAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var lane = TlsLane.Connect(new TcpLane(socket), _ends.ConnectorOptions, _ends.Acceptor);
        Pump(lane, () => lane.TryReceive(new byte[1], out _) == LaneOutcome.WouldBlock && !lane.PeerLeafHash.IsEmpty);
        return (lane, local);
    }

    private Task LoggedAsync(string who, string why) =>
        _logs.WaitForAsync(message => message.Contains(who, StringComparison.Ordinal) && message.Contains(why, StringComparison.Ordinal));

    private TcpLaneListener Listen(AdmissionLimits limits, TlsOptionsFactory? tls = null) =>
        new(IPAddress.Loopback, limits, tls ?? _ends.AcceptorOptions, _logs.Logger);
}
