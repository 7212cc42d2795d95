using System.Net.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>
/// Makes the kernel probe idle connections, regardless of HTTP/2. Probes keep a firewall or NAT from dropping the flow's state, and
/// detect when it has been dropped.
/// </summary>
internal static class KeepAlive
{
    /// <summary>The idle time before the first probe, in seconds.</summary>
    public const int IdleSeconds = 10;

    public const int IntervalSeconds = 5;

    /// <summary>The number of unanswered probes before the connection is given up: 25 s after the last byte.</summary>
    public const int Probes = 3;

    public static void Enable(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, IntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }
}
