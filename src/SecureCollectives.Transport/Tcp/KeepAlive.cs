using System.Net.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>
/// Makes the kernel probe idle connections of lanes: between operations nobody looks at them, and a flow that a firewall or NAT has
/// forgotten is found, and kept from being forgotten.
/// </summary>
/// <remarks>
/// TCP_USER_TIMEOUT is left alone: a peer that rightly takes nothing for minutes, because its caller is late, would be cut off by it.
/// </remarks>
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
