using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Client;

public sealed class AddressRaceTests
{
    /// <summary>Longer than any test waits, so that an attempt to connect to a silent address never times out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly IPAddress[] Mixed =
        [.. new[] { "2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.1", "192.0.2.2" }.Select(IPAddress.Parse)];

    [Fact]
    public void InOrder_TwoFamilies_TakeTurns() => Assert.Equal(
        ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"],
        HostAddresses.InOrder(Mixed).Select(address => address.ToString()));

    [Fact]
    public void InOrder_HundredAddresses_IsBounded() => Assert.Equal(
        HostAddresses.MaxCount,
        HostAddresses.InOrder([.. Enumerable.Range(0, 100).Select(host => new IPAddress([10, 0, 0, (byte)host]))]).Length);

    [Fact]
    public async Task ConnectAsync_FirstAddressSilent_ConnectsToTheSecondSoon()
    {
        var second = IPAddress.Parse("127.0.0.3");
        using var listener = new TcpListener(second, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var silent = new SilentAddress(IPAddress.Parse("127.0.0.2"), port);
        var started = Stopwatch.GetTimestamp();

        var race = new AddressRace([silent.EndPoint.Address, second], port, Patience, TimeProvider.System);
        var connected = await race.ConnectAsync(CancellationToken.None).WaitAsync(TestLimits.Wait);

        Assert.NotNull(connected);
        using var socket = connected.Value.Socket;
        Assert.Equal(new IPEndPoint(second, port), connected.Value.Remote);
        Assert.True(Stopwatch.GetElapsedTime(started) >= AttemptSchedule.Stagger, "The second attempt began before the stagger had passed.");
    }

    [Fact]
    public async Task ConnectAsync_AllFail_ReportsEachFailure()
    {
        using var port = new RefusingPort();
        var options = new ClientConnectionOptions
        {
            Host = "several.test",
            Port = port.Number,
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("127.0.0.4")]),
        };

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => ClientConnection.ConnectAsync(options, CancellationToken.None));

        Assert.Equal(ConnectionFailure.Refused, failure.Failure);
        Assert.Contains(
            "Tried: 127.0.0.1 (Connection refused), 127.0.0.4 (Connection refused).", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_AddressSilent_TimesOut()
    {
        using var silent = new SilentAddress(IPAddress.Parse("127.0.0.2"), 0);
        var race = new AddressRace([silent.EndPoint.Address], silent.EndPoint.Port, TimeSpan.FromMilliseconds(100), TimeProvider.System);

        Assert.Null(await race.ConnectAsync(CancellationToken.None).WaitAsync(TestLimits.Wait));
        Assert.Equal(SocketError.TimedOut, Assert.Single(race.Failures).Cause.SocketErrorCode);
    }

    [Fact]
    public async Task ConnectAsync_Cancelled_Throws()
    {
        using var silent = new SilentAddress(IPAddress.Parse("127.0.0.2"), 0);
        using var stop = new CancellationTokenSource();
        var connecting = new AddressRace([silent.EndPoint.Address], silent.EndPoint.Port, Patience, TimeProvider.System)
            .ConnectAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(TestLimits.Wait));
    }

    /// <summary>
    /// The kernel may choose the destination port as the local port and connect the socket to itself. Here it has no other choice.
    /// </summary>
    [Fact]
    public async Task ConnectAsync_SelfConnection_IsRefusedAndThePortStaysFree()
    {
        int port;
        using (var draw = new RefusingPort())
        {
            port = draw.Number;
        }

        var itself = new IPEndPoint(IPAddress.Loopback, port);
        var race = new AddressRace([itself.Address], port, Patience, TimeProvider.System)
        {
            Open = family =>
            {
                var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(itself);
                return socket;
            },
        };

        Assert.Null(await race.ConnectAsync(CancellationToken.None).WaitAsync(TestLimits.Wait));
        Assert.Equal(SocketError.ConnectionRefused, Assert.Single(race.Failures).Cause.SocketErrorCode);

        // Neither the connection nor a TIME-WAIT entry remains. Other connections may have used the port before.
        var end = $"0100007F:{port:X4}";
        Assert.DoesNotContain($"{end} {end} ", await File.ReadAllTextAsync("/proc/net/tcp"), StringComparison.Ordinal);
    }
}
