using System.Net;

namespace SecureCollectives.Rpc;

/// <summary>
/// Decides about each connection before anything is made for it, so that unauthenticated peers stay cheap. Must not block or throw. The
/// host disposes it when it has stopped.
/// </summary>
internal interface IConnectionGate : IDisposable
{
    /// <summary>How long the listener should wait before it takes the next connection off the kernel's queue; zero: not at all.</summary>
    TimeSpan AcceptWait { get; }

    /// <summary>Null refuses: the connection is reset.</summary>
    /// <param name="remote">Where the connection comes from; IPv4 addresses in their IPv4 form.</param>
    /// <param name="abort">Closes the connection at once. May be called at any time, from any thread, also after its end.</param>
    IAdmission? Admit(IPEndPoint remote, Action abort);
}
