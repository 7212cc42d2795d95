using System.Net;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// A process of this host that has connected, as logs name it. Told by the kernel, once: it may have passed its connection on since.
/// </summary>
/// <param name="id">Its id as this process sees it; 0 where it is of another namespace.</param>
/// <param name="user">The user that it runs as.</param>
internal sealed class LocalProcess(int id, uint user) : EndPoint
{
    public override string ToString() => $"process {id} (user {user})";
}
