using System.Net;

namespace SecureCollectives.Transport.SharedMemory;

/// <summary>
/// A process of this host that has connected, as logs name it. The kernel reports it once, at connect time; the process may have passed its
/// connection on since.
/// </summary>
/// <param name="id">The process id as this process sees it; 0 for a process of another namespace.</param>
/// <param name="user">The id of the user that the process ran as when it connected.</param>
internal sealed class LocalProcess(int id, uint user) : EndPoint
{
    public override string ToString() => $"process {id} (user {user})";
}
