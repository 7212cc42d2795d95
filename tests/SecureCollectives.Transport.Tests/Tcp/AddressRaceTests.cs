using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Tcp;

namespace SecureCollectives.Transport.Tests.Tcp;

public sealed class AddressRaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task Connect_FirstAddressSilent_ConnectsToTheSecondSoon()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.0.0.3"), 0);
        listener.Start();
        var second = (IPEndPoint)listener.LocalEndpoint;
        using var silent = new SilentAddress(IPAddress.Parse("127.0.0.2"), second.Port);

        var (socket, endPoint) = await ConnectAsync([silent.EndPoint, second]);

        using (socket)
        {
            Assert.Equal(second, endPoint);
            Assert.Equal(second, socket.RemoteEndPoint);
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

    /// <summary>The kernel may draw the port that is connected to as that of the connection; here it is made to.</summary>
    [Fact]
    public async Task Connect_SocketMeetsItself_IsRefusedAndThePortStaysFree()
    {
        IPEndPoint itself;
        using (var draw = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            draw.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            itself = (IPEndPoint)draw.LocalEndPoint!;
        }

        var failure = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync([itself], itself));
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);

        // Neither the connection nor its TIME-WAIT is left. Other connections may have used the port before.
        var end = $"0100007F:{itself.Port:X4}";
        Assert.DoesNotContain($"{end} {end} ", await File.ReadAllTextAsync("/proc/net/tcp"), StringComparison.Ordinal);
    }

    private static Task<(Socket Socket, IPEndPoint EndPoint)> ConnectAsync(IPEndPoint[] endPoints, IPEndPoint? local = null) =>
        Task.Run(() => Connect(endPoints, local));

    private static (Socket Socket, IPEndPoint EndPoint) Connect(IPEndPoint[] endPoints, IPEndPoint? local)
    {
        var started = Stopwatch.GetTimestamp();
        var race = new AddressRace(
            endPoints, Slice, () => Assert.True(Stopwatch.GetElapsedTime(started) < Limit, "The race did not end."))
        {
            Open = family =>
            {
                var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
                if (local is not null)
                {
                    socket.Bind(local);
                }

                return socket;
            },
        };
        return race.Connect();
    }
}
