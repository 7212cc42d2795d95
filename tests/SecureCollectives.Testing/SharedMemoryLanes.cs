using System.Net.Sockets;
using SecureCollectives.Transport.SharedMemory;

namespace SecureCollectives.Testing;

/// <summary>Both ends of a shared-memory lane, without the introduction that normally connects them.</summary>
internal static class SharedMemoryLanes
{
    public static (SharedMemoryLane First, SharedMemoryLane Second) CreatePair()
    {
        var (first, second) = ConnectSockets();
        var (one, oneFile) = RingFile.Create(RingLayout.LargestCapacity);
        var (other, otherFile) = RingFile.Create(RingLayout.LargestCapacity);
        using (oneFile)
        using (otherFile)
        {
            return (new SharedMemoryLane(first, one, RingFile.Map(otherFile)), new SharedMemoryLane(second, other, RingFile.Map(oneFile)));
        }
    }

    /// <summary>Returns two connected Unix sockets.</summary>
    public static (UnixSocket First, UnixSocket Second) ConnectSockets()
    {
        using var acceptor = UnixAcceptor.Listen();
        var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(UnixAcceptor.EndPointOf(acceptor.Name));
        _ = acceptor.TryAccept(out var accepted) ? true : throw new InvalidOperationException("The connection did not arrive.");
        return (new UnixSocket(first), new UnixSocket(new Socket(new SafeSocketHandle(accepted.Descriptor, ownsHandle: true))));
    }
}
