using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Admission;
using SecureCollectives.Transport.Native;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// Applies an <see cref="UnauthenticatedGate"/> to the connections of all listeners of a gRPC host, and runs their handshakes on a thread
/// of their own. Disposed with its host.
/// </summary>
internal sealed class UnauthenticatedConnectionGate(AdmissionLimits limits, ILogger logger) : IConnectionGate, IDisposable
{
    /// <summary>
    /// The estimated cost of a refused connection: an accept and a reset, on pool threads that cannot be measured individually. The value
    /// was measured under a flood.
    /// </summary>
    private static readonly TimeSpan RefusalCost = TimeSpan.FromMicroseconds(30);

    /// <summary>The estimated additional cost of an accepted connection that sends nothing: Kestrel's objects and loops.</summary>
    private static readonly TimeSpan ConnectionCost = TimeSpan.FromMicroseconds(200);

    private readonly UnauthenticatedGate _gate = new(limits);
    private readonly HandshakeThread _handshakes = new(limits.Control, logger);

    public TimeSpan AcceptWait => limits.Control.Accepts.Wait(reserve: 0, LaneClock.Now);

    public IAdmission? Admit(IPEndPoint remote, Action abort)
    {
        var now = LaneClock.Now;
        limits.Control.Accepts.Charge(RefusalCost, now);
        if (_gate.TryEnter(remote.Address, now, abort) is not { } connection)
        {
            return null;
        }

        limits.Control.Charge(connection, ConnectionCost, now);
        return new Admission(connection, limits.Control, _handshakes);
    }

    public void Dispose() => _handshakes.Dispose();

    private sealed class Admission(UnauthenticatedConnection connection, AdmissionControl control, HandshakeThread handshakes) : IAdmission
    {
        public void Schedule(Action step) => handshakes.Schedule(connection, step);

        public void Withdraw(Action step) => handshakes.Withdraw(step);

        /// <summary>Records that the connection has authenticated. If it has just lost its place, it is already being aborted.</summary>
        public void Authenticated()
        {
            connection.Authenticated();
            control.Admit(connection, LaneClock.Now);
        }

        public void Left() => connection.Dispose();
    }
}
