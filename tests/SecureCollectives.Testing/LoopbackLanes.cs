using System.Net;
using System.Net.Sockets;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Tcp;

namespace SecureCollectives.Testing;

/// <summary>TCP lanes over loopback without hellos: both ends belong to the test.</summary>
internal static class LoopbackLanes
{
    /// <summary>Makes both ends of a lane.</summary>
    /// <param name="bufferBytes">Bytes that each socket buffers, about; 0 leaves it to the system.</param>
    public static (Lane First, Lane Second) CreatePair(int bufferBytes = 0)
    {
        var (first, second) = CreateSocketPair(bufferBytes);
        return (new TcpLane(first), new TcpLane(second));
    }

    /// <summary>Makes both ends of a connection.</summary>
    /// <param name="bufferBytes">Bytes that each socket buffers, about; 0 leaves it to the system.</param>
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
