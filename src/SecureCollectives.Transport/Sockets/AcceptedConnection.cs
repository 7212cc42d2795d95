using System.Net;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Sockets;

/// <summary>
/// A connection as the kernel delivered it: a descriptor and its origin. The receiver must either refuse it or have its acceptor turn it
/// into a lane.
/// </summary>
/// <param name="Descriptor">The descriptor: non-blocking, closed on exec.</param>
/// <param name="Remote">The remote end point, as logs name it.</param>
/// <param name="Source">The address whose share of places it counts against.</param>
internal readonly unsafe record struct AcceptedConnection(int Descriptor, EndPoint Remote, IPAddress Source)
{
    private const int SoLinger = 13;

    /// <summary>Resets the connection: nothing of it remains in this process or in the kernel.</summary>
    public void Refuse()
    {
        var (isOn, seconds) = (1, 0);
        var linger = stackalloc int[] { isOn, seconds };
        _ = Libc.SetSocketOption(Descriptor, Libc.SolSocket, SoLinger, linger, 2 * sizeof(int));
        _ = Libc.Close(Descriptor);
    }
}
