using System.Net;

namespace SecureCollectives.Rpc;

/// <summary>
/// Decides about each connection before anything is allocated for it, so that unauthenticated peers stay cheap. One gate serves all
/// listeners of a host, which call it concurrently; it must neither block nor throw. The host disposes it when it has stopped.
/// </summary>
internal interface IConnectionGate : IDisposable
{
    /// <summary>How long the listener must wait before it accepts the next connection from the kernel's queue; zero for no wait.</summary>
    TimeSpan AcceptWait { get; }

    /// <summary>Requests a place for a connection; null refuses it, and the connection is reset.</summary>
    /// <param name="remote">The remote end point; IPv4 addresses in IPv4 form.</param>
    /// <param name="abort">Closes the connection at once. May be called at any time and from any thread, even after its end.</param>
    IAdmission? Admit(IPEndPoint remote, Action abort);
}
