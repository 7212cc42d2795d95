using System.Net;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Grpc;

/// <summary>Puts the connections of a gRPC listener through a <see cref="StrangerGate"/>, and their handshakes on a thread of their own. Ends with its listener.</summary>
internal sealed class StrangerConnectionGate(StrangerLimits limits) : IConnectionGate, IDisposable
{
    /// <summary>
    /// What a connection costs until it is refused at the gate, on threads of the pool that nobody can measure: an accept, Kestrel's objects, a reset. As measured under a
    /// flood of connections that are reset at once.
    /// </summary>
    private static readonly TimeSpan AcceptCost = TimeSpan.FromMicroseconds(130);

    /// <summary>What an admitted connection costs besides its handshake, likewise: HTTP/2's objects and its first frames, and the end of all that.</summary>
    private static readonly TimeSpan ConnectionCost = TimeSpan.FromMilliseconds(1);

    private readonly StrangerGate _gate = new(limits);
    private readonly HandshakeThread _handshakes = new(limits.Control);

    public TimeSpan AcceptWait => limits.Control.Accepts.Wait(reserve: 0, LaneClock.Now);

    public IAdmission? Admit(IPEndPoint remote, Action abort)
    {
        var now = LaneClock.Now;
        limits.Control.Accepts.Charge(AcceptCost, now);
        if (_gate.TryEnter(remote.Address, now, abort) is not { } connection)
        {
            return null;
        }

        limits.Control.Charge(connection, ConnectionCost, now);
        return new Admission(connection, limits.Control, _handshakes);
    }

    public void Dispose() => _handshakes.Dispose();

    private sealed class Admission(Stranger connection, AdmissionControl control, HandshakeThread handshakes) : IAdmission
    {
        public void Schedule(Action step) => handshakes.Schedule(connection, step);

        /// <summary>Where its place was taken a moment before, its connection is being aborted already.</summary>
        public void Authenticated()
        {
            connection.Authenticated();
            control.Admit(connection, LaneClock.Now);
        }

        public void Left() => connection.Dispose();
    }
}
