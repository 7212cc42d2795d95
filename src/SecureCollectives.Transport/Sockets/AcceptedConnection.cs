using System.Net;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Sockets;

/// <summary>
/// A connection as the kernel gave it: a descriptor and where it comes from. Its taker refuses it, or has its acceptor make a lane of it;
/// one of the two.
/// </summary>
/// <param name="Descriptor">Non-blocking, closed on exec.</param>
/// <param name="Remote">Who connected, as logs name it.</param>
/// <param name="Source">The address whose share of places it takes.</param>
internal readonly unsafe record struct AcceptedConnection(int Descriptor, EndPoint Remote, IPAddress Source)
{
    private const int SoLinger = 13;

    /// <summary>Resets it: nothing of it stays behind, neither here nor in the kernel.</summary>
    public void Refuse()
    {
        var (isOn, seconds) = (1, 0);
        var linger = stackalloc int[] { isOn, seconds };
        _ = Libc.SetSocketOption(Descriptor, Libc.SolSocket, SoLinger, linger, 2 * sizeof(int));
        _ = Libc.Close(Descriptor);
    }
}
