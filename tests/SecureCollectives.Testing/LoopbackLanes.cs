using System.Net;
using System.Net.Sockets;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tcp;

namespace SecureCollectives.Testing;

/// <summary>TCP lanes over loopback without a lane handshake: both ends belong to the test.</summary>
internal static class LoopbackLanes
{
    /// <summary>Creates both ends of a lane.</summary>
    /// <param name="bufferBytes">The approximate buffer size of each socket, in bytes; 0 for the system's default.</param>
    public static (Lane First, Lane Second) CreatePair(int bufferBytes = 0)
    {
        var (first, second) = CreateSocketPair(bufferBytes);
        return (new TcpLane(first), new TcpLane(second));
    }

    /// <summary>Creates both ends of a connection.</summary>
    /// <param name="bufferBytes">The approximate buffer size of each socket, in bytes; 0 for the system's default.</param>
    public static (Socket First, Socket Second) CreateSocketPair(int bufferBytes = 0)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Limit(listener, bufferBytes);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Limit(first, bufferBytes);
        first.Connect(listener.LocalEndPoint!);
        return (first, listener.Accept());
    }

    private static void Limit(Socket socket, int bufferBytes)
    {
        if (bufferBytes > 0)
        {
            socket.SendBufferSize = bufferBytes;
            socket.ReceiveBufferSize = bufferBytes;
        }
    }
}
