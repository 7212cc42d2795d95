using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>
/// Makes the kernel probe idle connections, so that a flow which a firewall or NAT has forgotten is found, and kept from being forgotten,
/// whatever HTTP/2 does on it.
/// </summary>
internal static class KeepAlive
{
    /// <summary>Idle time before the first probe.</summary>
    public const int IdleSeconds = 10;

    public const int IntervalSeconds = 5;

    /// <summary>Probes without an answer until the connection is given up: 25 s after the last byte.</summary>
    public const int Probes = 3;

    public static void Enable(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, IntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }
}
