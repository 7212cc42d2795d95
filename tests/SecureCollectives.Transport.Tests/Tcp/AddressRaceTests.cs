using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Rpc;
using SecureCollectives.Testing;
using AddressRace = SecureCollectives.Transport.Tcp.AddressRace;

namespace SecureCollectives.Transport.Tests.Tcp;

public sealed class AddressRaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);

    /// <summary>On a clock that the test advances, the second attempt starts after exactly 250 ms, neither earlier nor later.</summary>
    [Fact]
    public async Task Connect_FirstAddressSilent_ConnectsToTheSecondAfterTheStagger()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.3"), 0);
        listener.Start();
        var second = (IPEndPoint)listener.LocalEndpoint;
        using var silent = new SilentAddress(IPAddress.Parse("127.0.0.2"), second.Port);
        var clock = new ManualTime(DateTimeOffset.UnixEpoch);
        var attempts = new List<int>();
        var turn = 0;

        var (socket, endPoint) = await ConnectAsync([silent.EndPoint, second], clock, () => attempts.Add(turn), () =>
        {
            clock.Advance(++turn switch
            {
                10 => AttemptSchedule.Stagger - TimeSpan.FromTicks(1),
                20 => TimeSpan.FromTicks(1),
                _ => TimeSpan.Zero,
            });
        });

        using (socket)
        {
            Assert.Equal(second, endPoint);
            Assert.Equal(second, socket.RemoteEndPoint);
            Assert.Equal([1, 20], attempts);
        }
    }

    /// <summary>
    /// The clock stops after the second attempt, so only that attempt's failure starts the third, while the first is still waiting.
    /// </summary>
    [Fact]
    public async Task Connect_SecondAddressRefuses_TriesTheThirdAtOnce()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.3"), 0);
        listener.Start();
        var third = (IPEndPoint)listener.LocalEndpoint;
        using var silent = new SilentAddress(IPAddress.Parse("127.0.0.2"), 0);
        using var refusing = ReservedPort.Draw();
        var clock = new ManualTime(DateTimeOffset.UnixEpoch);
        var turn = 0;

        var (socket, endPoint) = await ConnectAsync(
            [silent.EndPoint, new IPEndPoint(IPAddress.Loopback, refusing.Number), third],
            clock,
            static () => { },
            () => clock.Advance(++turn == 10 ? AttemptSchedule.Stagger : TimeSpan.Zero));

        using (socket)
        {
            Assert.Equal(third, endPoint);
        }
    }

    [Fact]
    public async Task Connect_NobodyListens_IsRefused()
    {
        IPEndPoint free;
        using (var draw = new TcpListener(IPAddress.Loopback, 0))
        {
            draw.Start();
            free = (IPEndPoint)draw.LocalEndpoint;
        }

        var failure = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync([free]));
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    /// <summary>
    /// The kernel may choose the destination port as the local port and connect the socket to itself. Here it has no other choice.
    /// </summary>
    [Fact]
    public async Task Connect_SelfConnection_IsRefusedAndThePortStaysFree()
    {
        IPEndPoint itself;
        using (var draw = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            draw.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            itself = (IPEndPoint)draw.LocalEndPoint!;
        }

        var failure = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync([itself], itself));
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);

        // Neither the connection nor a TIME-WAIT entry remains. Other connections may have used the port before.
        var end = $"0100007F:{itself.Port:X4}";
        Assert.DoesNotContain($"{end} {end} ", await File.ReadAllTextAsync("/proc/net/tcp"), StringComparison.Ordinal);
    }

    private static Task<(Socket Socket, IPEndPoint EndPoint)> ConnectAsync(IPEndPoint[] endPoints, IPEndPoint? local = null) =>
        ConnectAsync(endPoints, TimeProvider.System, static () => { }, static () => { }, local);

    /// <summary>Runs a race.</summary>
    /// <param name="endPoints">The addresses.</param>
    /// <param name="clock">Measures the time between attempts.</param>
    /// <param name="opened">Called for each attempt.</param>
    /// <param name="check">Called in each turn of the race.</param>
    /// <param name="local">The address to which the sockets are bound; null for the system's choice.</param>
    private static Task<(Socket Socket, IPEndPoint EndPoint)> ConnectAsync(
        IPEndPoint[] endPoints, TimeProvider clock, Action opened, Action check, IPEndPoint? local = null) => Task.Run(() =>
        {
            var started = Stopwatch.GetTimestamp();
            var race = new AddressRace(
                endPoints,
                Slice,
                () =>
                {
                    Assert.True(Stopwatch.GetElapsedTime(started) < Limit, "The race did not end.");
                    check();
                },
                clock)
            {
                Open = family =>
                {
                    opened();
                    var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
                    if (local is not null)
                    {
                        socket.Bind(local);
                    }

                    return socket;
                },
            };
            return race.Connect();
        });
}
