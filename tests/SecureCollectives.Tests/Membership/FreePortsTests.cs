using System.Net;
using System.Net.Sockets;
using SecureCollectives.Membership;

namespace SecureCollectives.Tests.Membership;

public sealed class FreePortsTests
{
    /// <summary>Another worker on this host may be checking the same port at this moment.</summary>
    [Fact]
    public void Try_AnotherCheckHoldsThePort_IsFree()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, FreePort()));

        Assert.Equal(SocketError.Success, FreePorts.Try(IPAddress.Loopback, ((IPEndPoint)other.LocalEndPoint!).Port));
    }

    [Fact]
    public void Try_SomethingListens_IsInUse()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.Equal(SocketError.AddressAlreadyInUse,
            FreePorts.Try(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port));
    }

    /// <summary>No machine has an address in 192.0.2.0/24 (RFC 5737).</summary>
    [Fact]
    public void Try_AddressOfAnotherMachine_IsNotAvailable() =>
        Assert.Equal(SocketError.AddressNotAvailable, FreePorts.Try(IPAddress.Parse("192.0.2.1"), 0));

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
