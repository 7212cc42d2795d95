using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Transport;

/// <summary>
/// Logs and counts the lane connections that a listener refuses. Every message above level Debug that a peer can cause is throttled by the
/// peer's address, so that no peer can fill the log; the metric counts every refusal. Thread-safe.
/// </summary>
/// <param name="logger">The logger of the transport.</param>
/// <param name="clock">Measures the interval of the throttle.</param>
internal sealed class LaneRefusalLog(ILogger logger, TimeProvider clock)
{
    private readonly LogThrottle _throttle = new(clock);

    /// <summary>For faults of this host, which an operator must see even while peers exhaust the other throttle.</summary>
    private readonly LogThrottle _ownFaults = new(clock);

    /// <param name="remote">The remote end point.</param>
    /// <param name="source">The address under which the peer is counted.</param>
    /// <param name="status">Why the hello was refused.</param>
    public void HelloWasRefused(EndPoint remote, IPAddress source, HelloStatus status)
    {
        if (MayLog(source, out var unlogged, $"hello {status}"))
        {
            TransportLog.HelloWasRefused(logger, remote, status, unlogged);
        }

        TransportMetrics.Refused("lane-handshake");
    }

    /// <param name="remote">The remote end point.</param>
    /// <param name="source">The address under which the peer is counted.</param>
    /// <param name="limit">The time limit that was exceeded.</param>
    public void HelloWasLate(EndPoint remote, IPAddress source, TimeSpan limit)
    {
        if (MayLog(source, out var unlogged))
        {
            TransportLog.HelloWasLate(logger, remote, limit.TotalSeconds, unlogged);
        }

        TransportMetrics.Refused("late");
    }

    /// <param name="remote">The remote end point.</param>
    /// <param name="source">The address under which the peer is counted.</param>
    /// <param name="reason">The human-readable reason why the TLS handshake failed.</param>
    public void TlsFailed(EndPoint remote, IPAddress source, string reason)
    {
        if (MayLog(source, out var unlogged, reason))
        {
            TransportLog.ConnectionWasRefused(logger, remote, reason, unlogged);
        }

        TransportMetrics.Refused("tls");
    }

    /// <summary>Logs and counts a connection for which there is no place, or whose place was given to a newer one.</summary>
    public void NotAdmitted(EndPoint remote)
    {
        TransportLog.UnauthenticatedConnectionWasClosed(logger, remote);
        TransportMetrics.Refused("admission");
    }

    /// <summary>Logs a failed accept. Not counted, because the connection may have been anybody's.</summary>
    public void AcceptFailed(string place, Exception exception)
    {
        if (_ownFaults.MayLog(place, nameof(AcceptFailed), out var unlogged))
        {
            TransportLog.AcceptFailed(logger, exception, place, unlogged);
        }
    }

    /// <summary>Logs a handshake step that threw.</summary>
    public void HandshakeStepFailed(IPAddress source, Exception exception)
    {
        if (MayLog(source, out var unlogged))
        {
            TransportLog.HandshakeStepFailed(logger, exception, unlogged);
        }
    }

    private bool MayLog(IPAddress source, out Unlogged unlogged, [CallerMemberName] string kind = "") =>
        _throttle.MayLog(source, kind, out unlogged);
}
