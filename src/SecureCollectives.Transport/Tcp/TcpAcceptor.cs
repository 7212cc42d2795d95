using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Native;
using SecureCollectives.Transport.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>Accepts TCP connections on the first free port of those given.</summary>
internal sealed class TcpAcceptor : SocketAcceptor
{
    private TcpAcceptor(Socket socket)
        : base(socket) => Port = ((IPEndPoint)socket.LocalEndPoint!).Port;

    public int Port { get; }

    public override string Place => $":{Port}";

    /// <exception cref="SocketException">It is not possible to listen on the address, or all ports are in use.</exception>
    public static TcpAcceptor Listen(IPAddress address, ListenPorts ports)
    {
        SocketException? inUse = null;
        foreach (var port in ports)
        {
            try
            {
                return Listen(new IPEndPoint(address, port));
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                inUse ??= exception;
            }
        }

        throw inUse ?? new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    private static TcpAcceptor Listen(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
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
