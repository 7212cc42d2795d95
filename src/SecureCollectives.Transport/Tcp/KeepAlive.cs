using System.Net.Sockets;

namespace SecureCollectives.Transport.Tcp;

/// <summary>
/// Makes the kernel probe idle lane connections. Between operations nothing reads them; probes keep a firewall or NAT from forgetting the
/// flow, and detect a flow that was forgotten.
/// </summary>
/// <remarks>
/// TCP_USER_TIMEOUT is not set: it would cut off a peer that legitimately reads nothing for minutes because its caller is late.
/// </remarks>
internal static class KeepAlive
{
    /// <summary>The idle time before the first probe, in seconds.</summary>
    public const int IdleSeconds = 10;

    public const int IntervalSeconds = 5;

    /// <summary>The number of unanswered probes after which the connection is given up: 25 s after the last byte.</summary>
    public const int Probes = 3;

    public static void Enable(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, IntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }
}
