using System.Net;

namespace SecureCollectives.Rpc;

/// <summary>
/// Decides about each connection before anything is allocated for it, so that unauthenticated peers stay cheap. All listeners of a host
/// share one gate and call it concurrently; it must neither block nor throw. The host disposes it after stopping.
/// </summary>
internal interface IConnectionGate : IDisposable
{
    /// <summary>
    /// How long the listener must wait before it accepts the next connection from the kernel's backlog; zero for no wait.
    /// </summary>
    TimeSpan AcceptWait { get; }

    /// <summary>Requests a place for a connection. If it returns null, the connection is refused with a reset.</summary>
    /// <param name="remote">The remote end point; IPv4 addresses in IPv4 form.</param>
    /// <param name="abort">Closes the connection immediately. May be called at any time and from any thread, even after its end.</param>
    IAdmission? Admit(IPEndPoint remote, Action abort);
}
