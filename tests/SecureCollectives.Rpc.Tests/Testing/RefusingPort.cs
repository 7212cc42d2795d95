using System.Net;
using System.Net.Sockets;

namespace SecureCollectives.Rpc.Tests;

/// <summary>
/// A loopback port that refuses connections and that the system assigns to nobody else: bound, but never listened on. A listener that names
/// the port still gets it, because .NET sets SO_REUSEADDR, and Linux then lets TCP sockets share a port on which none listens yet.
/// </summary>
internal sealed class RefusingPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusingPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public int Number => EndPoint.Port;

    public void Dispose() => _socket.Dispose();
}
