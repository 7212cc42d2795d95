using System.Net;

namespace SecureCollectives.Rpc;

/// <summary>
/// Decides about each connection before anything is read from it, so that strangers stay cheap. Called from many threads;
/// must not block or throw.
/// </summary>
internal interface IConnectionGate
{
    /// <summary>Null refuses: the connection is closed without a byte.</summary>
    /// <param name="remote">Where the connection comes from; IPv4 addresses in their IPv4 form.</param>
    /// <param name="abort">Closes the connection at once. May be called at any time, from any thread, also after its end.</param>
    IAdmission? Admit(IPEndPoint remote, Action abort);
}
