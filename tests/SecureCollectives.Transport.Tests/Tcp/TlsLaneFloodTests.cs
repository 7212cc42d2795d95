using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using SecureCollectives.Security.Admission;
using SecureCollectives.Testing;
using SecureCollectives.Testing.Attacks;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tcp;

namespace SecureCollectives.Transport.Tests.Tcp;

/// <summary>Measures the cost of unauthenticated connections at the TLS lane port, and tests who gets in meanwhile.</summary>
public sealed class TlsLaneFloodTests : IDisposable
{
    private const string LaneProtocol = "sc1-lane";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLoggerFactory _logs = new();
    private readonly TlsEnds _ends = new();
    private readonly LinkEnds _link;
    private readonly TcpLaneListener _listener;

    public TlsLaneFloodTests()
    {
        _link = LinkEnds.Agree(_ends.Connector.LeafHash);
        _listener = new TcpLaneListener(IPAddress.Loopback, new AdmissionLimits(), _ends.AcceptorOptions, _logs.Logger);
        _listener.Expect(_link.Responder);
    }

    private string ListenerThread => $"lanes :{_listener.Port}";

    public void Dispose()
    {
        _listener.Dispose();
        _link.Dispose();
        _ends.Dispose();
        _directory.Dispose();
    }

    /// <summary>
    /// The most expensive chains that fit, a million comparisons each, arrive as fast as possible and from many addresses. They cost at
    /// most 25 % of a core over 5 seconds, and a rightful worker from an unknown address still gets its lanes.
    /// </summary>
    [Fact]
    public async Task Flood_OfForgedChains_CostsAQuarterOfACoreAndARightfulWorkerGetsIn()
    {
        var chain = ForgedChain.Create(ForgedChain.MaxNames);
        IPAddress[] sources = [.. Enumerable.Range(2, 16).Select(host => new IPAddress([127, 0, 0, (byte)host]))];
        var flood = new ChainFlood(_listener.Port, chain, new SslApplicationProtocol(LaneProtocol), sources);
        using var stop = new CancellationTokenSource();
        var running = flood.RunAsync(connections: 32, stop.Token);

        // Wait until one-time work is over and the credit for it is spent.
        await UntilAsync(() => ThreadTimes.Of("self", ListenerThread) > 1.2);
        var (used, started) = (ThreadTimes.Of("self", ListenerThread), Stopwatch.GetTimestamp());
        using var lane = await ConnectAsync(0);
        using var another = await ConnectAsync(1);
        await Task.Delay(TimeSpan.FromSeconds(5) - Min(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(5)), CancellationToken.None);
        used = ThreadTimes.Of("self", ListenerThread) - used;
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await running;

        TestContext.Current.TestOutputHelper?.WriteLine($"{100 * used / elapsed:0.0} % of a core over {elapsed:0.0} s");
        Assert.InRange(used / elapsed, 0, 0.25);
        using var link = await _link.Responder.Completion.WaitAsync(Limit);
    }

    /// <summary>A certificate from the same authority and endless key changes: closed after 64 KiB, long before the time limit.</summary>
    [Fact]
    public async Task KeyChanges_WithoutEnd_AreClosedAfter64KiB()
    {
        Assert.SkipUnless(OpenSslPeer.IsInstalled, "There is no libssl.so.3.");
        using var listener = new TcpLaneListener(IPAddress.Loopback, Patience.Limits, _ends.AcceptorOptions, _logs.Logger);
        var (certificate, key) = WriteIdentity(5);
        var used = ThreadTimes.Of("self", $"lanes :{listener.Port}");
        await Task.Run(() =>
        {
            using var peer = OpenSslPeer.Connect(Open(listener.Port), certificate, key, LaneProtocol);
            while (peer.TryUpdateKey())
            {
            }
        }).WaitAsync(Limit);
        used = ThreadTimes.Of("self", $"lanes :{listener.Port}") - used;

        TestContext.Current.TestOutputHelper?.WriteLine($"{used:0.000} s of processor time");
        await _logs.WaitForAsync(message => message.Contains("more than 65536 bytes arrived that carry no data", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handshake_MoreThan16KiB_IsClosed()
    {
        // 20 letters per name make a chain of 50 KiB, and a handshake of the same size.
        var flood = new ChainFlood(_listener.Port, ForgedChain.Create(ForgedChain.MaxNames, nameLength: 20),
            new SslApplicationProtocol(LaneProtocol), [IPAddress.Loopback]);
        using var stop = new CancellationTokenSource();
        var running = flood.RunAsync(connections: 1, stop.Token);
        await _logs.WaitForAsync(
            message => message.Contains("more than 16384 bytes arrived before its handshake was complete", StringComparison.Ordinal));
        await stop.CancelAsync();
        await running;
    }

    /// <summary>An occasional byte between the key changes makes no difference: each byte pays for four.</summary>
    [Fact]
    public async Task TryReceive_ByteBeforeEndlessKeyChanges_ReturnsTheByteAndThenBreaksInBoundedCalls()
    {
        Assert.SkipUnless(OpenSslPeer.IsInstalled, "There is no libssl.so.3.");
        var (certificate, key) = WriteIdentity(0);
        using var acceptor = new TcpListener(IPAddress.Loopback, 0);
        acceptor.Start();
        var attack = Task.Run(() =>
        {
            using var peer = OpenSslPeer.Connect(Open(((IPEndPoint)acceptor.LocalEndpoint).Port), certificate, key, LaneProtocol);
            var sent = 0;
            for (var bytes = 0; peer.TryWrite([7]); bytes++)
            {
                for (var changes = 0; changes < 100; changes++)
                {
                    if (!peer.TryUpdateKey())
                    {
                        return sent;
                    }

                    sent++;
                }
            }

            return sent;
        });
        var counting = new CountingLane(new TcpLane(await acceptor.AcceptSocketAsync()));
        using var lane = Transport.Tls.TlsLane.Accept(counting, _ends.AcceptorOptions);
        var destination = new byte[1 << 20];
        var (received, most, outcome) = (0, 0L, LaneOutcome.WouldBlock);
        for (var started = Stopwatch.GetTimestamp(); outcome is LaneOutcome.Moved or LaneOutcome.WouldBlock;)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, "The lane has not broken.");
            var before = counting.Received;
            outcome = lane.TryReceive(destination.AsSpan(received), out var count);
            most = Math.Max(most, counting.Received - before - count);
            received += count;
        }

        lane.Dispose();
        Assert.Equal(LaneOutcome.Broken, outcome);
        Assert.Contains("more than 65536 bytes arrived that carry no data", lane.Fault, StringComparison.Ordinal);
        Assert.True(received > 0);
        Assert.InRange(most, 1, 2 * ReceiveAllowance.WithoutProgress);
        Assert.InRange(counting.Received, 1,
            ReceiveAllowance.BeforeHandshake + ReceiveAllowance.WithoutProgress + (ReceiveAllowance.EarnedPerByte * received));
        await attack.WaitAsync(Limit);
    }

    /// <summary>
    /// Two hundred connections per second or more arrive from the same machine's other addresses. A member's address still gets in
    /// immediately, every time.
    /// </summary>
    [Fact]
    public async Task Flood_OfConnections_AMemberStillOpensLanesAtOnce()
    {
        using var first = await ConnectAsync(0);
        IPAddress[] sources = [.. Enumerable.Range(2, 32).Select(host => new IPAddress([127, 0, 0, (byte)host]))];
        var flood = new ChainFlood(_listener.Port, null, default, sources);
        using var stop = new CancellationTokenSource();
        var running = flood.RunAsync(connections: 8, stop.Token);
        var others = new List<LinkEnds>();
        await UntilAsync(() => flood.Opened > 1000);
        for (var i = 0; i < 10; i++)
        {
            var link = LinkEnds.Agree(_ends.Connector.LeafHash);
            others.Add(link);
            _listener.Expect(link.Responder);
            using var lane = await ConnectOnceAsync(link, 0);
        }

        await stop.CancelAsync();
        await running;
        others.ForEach(link => link.Dispose());
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static Socket Open(int port)
    {
        var socket = new Socket(
            AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        { NoDelay = true, SendTimeout = (int)Limit.TotalMilliseconds };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        for (var started = Stopwatch.GetTimestamp(); !done();)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, "The condition did not become true.");
            await Task.Delay(20);
        }
    }

    private (string Certificate, string Key) WriteIdentity(int rank)
    {
        var issued = _ends.Pki.Issue(rank);
        var (certificate, key) = (_directory.Combine("certificate.pem"), _directory.Combine("key.pem"));
        File.WriteAllText(certificate, issued.CertificatePem);
        File.WriteAllText(key, issued.Key.Text.ToString());
        return (certificate, key);
    }

    /// <summary>Connects as a worker does, repeatedly until the time limit.</summary>
    private async Task<Lane> ConnectAsync(ushort lane)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await ConnectOnceAsync(_link, lane);
            }
            catch (LaneConnectException) when (Stopwatch.GetElapsedTime(started) < Limit)
            {
                await Task.Delay(200);
            }
        }
    }

    private Task<Lane> ConnectOnceAsync(LinkEnds link, ushort lane) => Task.Run(() => new TcpLaneConnector(
        new IPEndPoint(IPAddress.Loopback, _listener.Port), link.Initiator, lane, _ends.ConnectorOptions, TimeSpan.FromSeconds(20),
            CancellationToken.None).Connect(_ends.Acceptor));

    /// <summary>Counts the bytes that arrive through the lane below TLS.</summary>
    private sealed class CountingLane(Lane below) : Lane
    {
        public long Received { get; private set; }

        public override int Descriptor => below.Descriptor;

        public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent) =>
            below.TrySend(head, body, out sent);

        public override LaneOutcome TryReceive(Span<byte> destination, out int received)
        {
            var outcome = below.TryReceive(destination, out received);
            Received += received;
            return outcome;
        }

        public override void EndSending() => below.EndSending();

        public override void Dispose() => below.Dispose();
    }
}
