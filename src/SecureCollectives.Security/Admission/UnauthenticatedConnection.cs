using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>
/// One connection's place among the unauthenticated connections. Disposing it, from any thread and repeatedly if need be, returns the
/// place.
/// </summary>
internal sealed class UnauthenticatedConnection : IDisposable
{
    private readonly UnauthenticatedGate _gate;

    internal UnauthenticatedConnection(
        UnauthenticatedGate gate, IPAddress address, SourceAddress source, bool isFromMember, long number, Action abort)
    {
        _gate = gate;
        Address = address;
        Source = source;
        IsFromMember = isFromMember;
        Number = number;
        Abort = abort;
    }

    public IPAddress Address { get; }

    public SourceAddress Source { get; }

    /// <summary>Whether a member has previously authenticated from this address. Affects only places and turns.</summary>
    public bool IsFromMember { get; }

    /// <summary>The connection's number; later connections have higher numbers.</summary>
    public long Number { get; }

    /// <summary>
    /// The processor time spent on the connection. Accessed by <see cref="AdmissionControl"/> under this object's lock.
    /// </summary>
    public TimeSpan Cost { get; set; }

    /// <summary>Whether the connection has authenticated as a member. Accessed under the same lock.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Whether a step of its handshake has run. Accessed only by the thread that runs the steps.</summary>
    public bool IsUnderWay { get; set; }

    internal Action Abort { get; }

    /// <summary>Records that the connection has authenticated and no longer counts towards the limits.</summary>
    /// <returns>False if the connection has just lost its place: it is being aborted and must not be used.</returns>
    public bool Authenticated() => _gate.Leave(this);

    public void Dispose() => _gate.Leave(this);
}
