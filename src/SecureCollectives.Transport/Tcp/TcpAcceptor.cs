using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Accepts TCP connections on a port chosen by the system.</summary>
internal sealed class TcpAcceptor : SocketAcceptor
{
    private TcpAcceptor(Socket socket)
        : base(socket) => Port = ((IPEndPoint)socket.LocalEndPoint!).Port;

    public int Port { get; }

    public override string Place => $":{Port}";

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static TcpAcceptor Listen(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            socket.Listen(Backlog);
            socket.Blocking = false;
            return new TcpAcceptor(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override Lane ToLane(AcceptedConnection connection)
    {
        var handle = new SafeSocketHandle(connection.Descriptor, ownsHandle: true);
        try
        {
            return new TcpLane(new Socket(handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Describes a connection; IPv4-mapped IPv6 addresses are returned as IPv4.</summary>
    protected override AcceptedConnection Accepted(int descriptor, ReadOnlySpan<byte> address)
    {
        var isIpv6 = MemoryMarshal.Read<ushort>(address) == Libc.AddressFamilyInet6;
        var bytes = new SocketAddress(isIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, address.Length);
        address.CopyTo(bytes.Buffer.Span);
        var remote = (IPEndPoint)new IPEndPoint(isIpv6 ? IPAddress.IPv6Any : IPAddress.Any, 0).Create(bytes);
        remote = remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote;
        return new AcceptedConnection(descriptor, remote, remote.Address);
    }
}
