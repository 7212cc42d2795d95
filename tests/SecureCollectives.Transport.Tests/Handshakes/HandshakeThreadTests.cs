using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using SecureCollectives.Security.Admission;
using SecureCollectives.Security.Identity;
using SecureCollectives.Testing;
using SecureCollectives.Testing.Attacks;
using SecureCollectives.Transport.Handshakes;

namespace SecureCollectives.Transport.Tests.Handshakes;

/// <summary>Handshakes of asynchronous connections: SslStream on real sockets, every step of it on the one thread that is measured.</summary>
public sealed class HandshakeThreadTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly SslApplicationProtocol Protocol = new("test");

    private readonly TlsEnds _ends = new();
    private readonly AdmissionControl _control = new();
    private readonly StrangerGate _gate;
    private readonly HandshakeThread _thread;
    private readonly TcpListener _acceptor = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _threads = [];
    private readonly List<string> _failures = [];
    private readonly string _name = $"hands {Environment.TickCount64 % 100_000}";
    private Task _serving = Task.CompletedTask;
    private int _port;

    public HandshakeThreadTests()
    {
        _gate = new StrangerGate(new StrangerLimits { Control = _control });
        _thread = new HandshakeThread(_control, _name);
    }

    public ValueTask InitializeAsync()
    {
        _acceptor.Start();
        _port = ((IPEndPoint)_acceptor.LocalEndpoint).Port;
        _serving = AcceptAsync();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _acceptor.Stop();
        await _serving;
        _thread.Dispose();
        _stop.Dispose();
        _ends.Dispose();
    }

    [Fact]
    public async Task Handshake_GoodClient_IsServedAndBothSidesSpeak()
    {
        using var client = await ConnectAsync();
        Assert.Equal("hello"u8.ToArray(), await EchoAsync(client, "hello"u8.ToArray()));

        // The certificate was judged where everything else of the handshake is done.
        lock (_threads)
        {
            Assert.Equal([_name], _threads.Distinct());
        }
    }

    [Fact]
    public async Task Flood_OfForgedChains_CostsAQuarterOfACoreAndAGoodClientGetsIn()
    {
        IPAddress[] sources = [.. Enumerable.Range(2, 16).Select(host => new IPAddress([127, 0, 0, (byte)host]))];
        var flood = new ChainFlood(_port, ForgedChain.Create(ForgedChain.MaxNames), Protocol, sources);
        using var stop = new CancellationTokenSource();
        var running = flood.RunAsync(connections: 32, stop.Token);
        for (var begun = Stopwatch.GetTimestamp(); ThreadTimes.Of("self", _name) < 1.2;)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Limit, "The flood costs nothing.");
            await Task.Delay(20);
        }

        var (used, started) = (ThreadTimes.Of("self", _name), Stopwatch.GetTimestamp());
        using var client = await ConnectAsync();
        Assert.Equal("hello"u8.ToArray(), await EchoAsync(client, "hello"u8.ToArray()));
        var left = TimeSpan.FromSeconds(5) - Stopwatch.GetElapsedTime(started);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        used = ThreadTimes.Of("self", _name) - used;
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await running;

        TestContext.Current.TestOutputHelper?.WriteLine($"{100 * used / elapsed:0.0} % of a core over {elapsed:0.0} s");
        Assert.InRange(used / elapsed, 0, 0.25);
    }

    [Fact]
    public async Task Handshake_MoreThan16KiB_EndsAndSaysWhy()
    {
        var flood = new ChainFlood(_port, ForgedChain.Create(ForgedChain.MaxNames, nameLength: 20), Protocol, [IPAddress.Loopback]);
        using var stop = new CancellationTokenSource();
        var running = flood.RunAsync(connections: 1, stop.Token);
        for (var begun = Stopwatch.GetTimestamp(); !Failed("more than 16384 bytes came before its handshake was complete");)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Limit, "It was not refused.");
            await Task.Delay(20);
        }

        await stop.CancelAsync();
        await running;
    }

    /// <summary>A deadline comes through even while there is no processor time for anybody.</summary>
    [Fact]
    public async Task Handshake_CancelledWhileItWaits_EndsAtOnce()
    {
        _control.Handshakes.Charge(TimeSpan.FromHours(1), Stopwatch.GetElapsedTime(0));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _port);
        await socket.SendAsync(new byte[] { 0x16, 3, 1, 0, 1, 1 });
        for (var begun = Stopwatch.GetTimestamp(); _gate.Count == 0;)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Limit, "It was not accepted.");
            await Task.Delay(20);
        }

        await _stop.CancelAsync();
        await _serving.WaitAsync(Limit);
        Assert.True(Failed("cancel"));
    }

    private static async Task<byte[]> EchoAsync(SslStream client, byte[] bytes)
    {
        await client.WriteAsync(bytes);
        var received = new byte[bytes.Length];
        await client.ReadExactlyAsync(received).AsTask().WaitAsync(Limit);
        return received;
    }

    private bool Failed(string words)
    {
        lock (_failures)
        {
            return _failures.Exists(failure => failure.Contains(words, StringComparison.OrdinalIgnoreCase));
        }
    }

    private async Task<SslStream> ConnectAsync()
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var client = default(SslStream);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _port);
                client = new SslStream(new NetworkStream(socket, ownsSocket: true));
                await client.AuthenticateAsClientAsync(_ends.ConnectorOptions.ForClient([Protocol], _ends.Acceptor.Worker, Fail)).WaitAsync(Limit);
                await EchoAsync(client, [1]);
                return client;
            }
            catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException or OperationCanceledException && Stopwatch.GetElapsedTime(started) < Limit)
            {
                client?.Dispose();
                socket.Dispose();
            }
        }
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _acceptor.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    /// <summary>As connection middleware does it.</summary>
    private async Task ServeAsync(Socket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(Limit);
        var remote = (IPEndPoint)socket.RemoteEndPoint!;
        if (_gate.TryEnter(remote.Address, Stopwatch.GetElapsedTime(0), () => socket.Close(0)) is not { } place)
        {
            socket.Close(0);
            return;
        }

        using (place)
        {
            var guarded = _thread.Guard(new NetworkStream(socket, ownsSocket: true), place);
            await using var tls = new SslStream(guarded);
            try
            {
                var options = _ends.AcceptorOptions.ForServer([Protocol], null, NoteRefusal);
                var validate = options.RemoteCertificateValidationCallback!;
                options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                {
                    lock (_threads)
                    {
                        _threads.Add(Thread.CurrentThread.Name ?? "a pool thread");
                    }

                    return validate(sender, certificate, chain, errors);
                };
                await guarded.CompleteAsync(tls.AuthenticateAsServerAsync(options, limit.Token)).ConfigureAwait(false);
                Assert.NotEqual(_name, Thread.CurrentThread.Name);
                place.Authenticated();
                _control.Admit(place, Stopwatch.GetElapsedTime(0));
                var buffer = new byte[1024];
                while (await tls.ReadAsync(buffer, limit.Token) is > 0 and var count)
                {
                    guarded.Earn(count);
                    await tls.WriteAsync(buffer.AsMemory(0, count), limit.Token);
                }
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
            {
                lock (_failures)
                {
                    _failures.Add(exception.Message);
                }
            }
        }
    }

    private static void Fail(CertificateVerdict verdict) => Assert.Fail(verdict.Explanation);

    private static void NoteRefusal(CertificateVerdict verdict) => Assert.False(verdict.Accepted);
}
