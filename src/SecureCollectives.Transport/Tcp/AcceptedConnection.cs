using System.Net;
using System.Net.Sockets;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Tcp;

/// <summary>A connection as the kernel gave it: a descriptor and where it comes from. Its taker refuses it, or makes a lane of it; one of the two.</summary>
/// <param name="Descriptor">Non-blocking, closed on exec.</param>
/// <param name="Remote">IPv4 addresses in their IPv4 form.</param>
internal readonly unsafe record struct AcceptedConnection(int Descriptor, IPEndPoint Remote)
{
    private const int SolSocket = 1;
    private const int SoLinger = 13;

    /// <summary>Resets it: nothing of it stays behind, neither here nor in the kernel.</summary>
    public void Refuse()
    {
        var (isOn, seconds) = (1, 0);
        var linger = stackalloc int[] { isOn, seconds };
        _ = Libc.SetSocketOption(Descriptor, SolSocket, SoLinger, linger, 2 * sizeof(int));
        _ = Libc.Close(Descriptor);
    }

    /// <exception cref="SocketException">It is gone already, and closed.</exception>
    public TcpLane ToLane()
    {
        var handle = new SafeSocketHandle(Descriptor, ownsHandle: true);
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
}
