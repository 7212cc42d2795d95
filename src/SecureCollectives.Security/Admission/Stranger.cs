using System.Net;

namespace SecureCollectives.Security.Admission;

/// <summary>One connection's place among the unauthenticated. Disposing gives the place back, any number of times, from any thread.</summary>
internal sealed class Stranger : IDisposable
{
    private readonly StrangerGate _gate;

    internal Stranger(StrangerGate gate, IPAddress source, Action abort)
    {
        _gate = gate;
        Source = source;
        Abort = abort;
    }

    internal IPAddress Source { get; }

    internal Action Abort { get; }

    /// <summary>The connection proved who it is and no longer counts.</summary>
    /// <returns>False when its place was taken a moment before: its connection is being aborted and must not be used.</returns>
    public bool Authenticated() => _gate.Leave(this);

    public void Dispose() => _gate.Leave(this);
}
