using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>
/// One connection's place among the unauthenticated. Disposing gives the place back, any number of times, from any thread.
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

    /// <summary>
    /// Whether a member has been authenticated from this address before. Decides about places and turns, about nothing else.
    /// </summary>
    public bool IsFromMember { get; }

    /// <summary>Later connections have higher numbers.</summary>
    public long Number { get; }

    /// <summary>Processor time that was spent on it. <see cref="AdmissionControl"/>'s, under the lock of this object.</summary>
    public TimeSpan Cost { get; set; }

    /// <summary>Whether it proved to be a member's. Likewise.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Whether a step of its handshake was done. Used by the thread that does them.</summary>
    public bool IsUnderWay { get; set; }

    internal Action Abort { get; }

    /// <summary>The connection proved who it is and no longer counts.</summary>
    /// <returns>False when its place was taken a moment before: its connection is being aborted and must not be used.</returns>
    public bool Authenticated() => _gate.Leave(this);

    public void Dispose() => _gate.Leave(this);
}
