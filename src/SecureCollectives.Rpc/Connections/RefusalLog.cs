using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc.Throttling;

namespace SecureCollectives.Rpc;

/// <summary>
/// Logs and counts a host's refusals. Every message above Debug level that a peer can provoke is throttled per peer address, so that no
/// peer can flood the log; the metric counts every refusal. All listeners of a host share one. Thread-safe.
/// </summary>
/// <param name="logger">The host's logger.</param>
/// <param name="clock">Measures the throttle's interval.</param>
internal sealed class RefusalLog(ILogger logger, TimeProvider clock)
{
    private readonly LogThrottle _throttle = new(clock);

    /// <summary>For faults of this host: the operator must see them even while peers exhaust the other throttle.</summary>
    private readonly LogThrottle _ownFaults = new(clock);

    public void RefusedByGate(IPEndPoint remote)
    {
        RpcLog.ConnectionWasRefusedByGate(logger, remote);
        RpcMetrics.Refused("admission");
    }

    public void ClosedByGate(IPEndPoint remote)
    {
        RpcLog.ConnectionWasClosedByGate(logger, remote);
        RpcMetrics.Refused("admission");
    }

    /// <param name="remote">The peer's address.</param>
    /// <param name="reason">A human-readable reason for the failure.</param>
    /// <param name="kind">A stable key: failures with the same kind are throttled together. Null to use the reason.</param>
    /// <param name="metric">The reason to count in the metric.</param>
    public void HandshakeFailed(IPEndPoint remote, string reason, string? kind, string metric)
    {
        if (MayLog(remote, out var unlogged, kind ?? reason))
        {
            RpcLog.HandshakeFailed(logger, remote, reason, unlogged);
        }

        RpcMetrics.Refused(metric);
    }

    /// <summary>Logs a handshake that the peer abandoned. Not counted, because nothing was refused.</summary>
    public void HandshakeEnded(IPEndPoint remote)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.HandshakeEnded(logger, remote, unlogged);
        }
    }

    /// <inheritdoc cref="HandshakeEnded"/>
    public void PeerLeftAtOnce(IPEndPoint remote) => RpcLog.PeerLeftAtOnce(logger, remote);

    public void HandshakeTimedOut(IPEndPoint remote, TimeSpan limit)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.HandshakeTimedOut(logger, remote, limit.TotalSeconds, unlogged);
        }

        RpcMetrics.Refused("late");
    }

    public void HandshakeOptionsFailed(IPEndPoint remote, Exception exception)
    {
        if (_ownFaults.MayLog("handshakes", nameof(HandshakeOptionsFailed), out var unlogged))
        {
            RpcLog.HandshakeOptionsFailed(logger, exception, remote, unlogged);
        }

        RpcMetrics.Refused("internal-error");
    }

    public void PeerSpokeNoHttp2(IPEndPoint remote)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.PeerSpokeNoHttp2(logger, remote, unlogged);
        }

        RpcMetrics.Refused("protocol");
    }

    public void PrefaceTimedOut(IPEndPoint remote, TimeSpan limit)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.PrefaceTimedOut(logger, remote, limit.TotalSeconds, unlogged);
        }

        RpcMetrics.Refused("late");
    }

    public void AuthenticationTimedOut(IPEndPoint remote, TimeSpan limit)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.AuthenticationTimedOut(logger, remote, limit.TotalSeconds, unlogged);
        }

        RpcMetrics.Refused("late");
    }

    public void UnauthenticatedCall(IPEndPoint remote)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.UnauthenticatedCallWasRefused(logger, remote, unlogged);
        }

        RpcMetrics.Refused("unauthenticated-call");
    }

    public void UnauthenticatedPeerSentTooMuch(IPEndPoint remote, int bytes)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.UnauthenticatedPeerSentTooMuch(logger, remote, bytes, unlogged);
        }

        RpcMetrics.Refused("limit");
    }

    public void PeerSentTooMuchWithoutData(IPEndPoint remote, int bytes)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.PeerSentTooMuchWithoutData(logger, remote, bytes, unlogged);
        }

        RpcMetrics.Refused("limit");
    }

    public void PeerExceededItsLimit(IPEndPoint remote, string excess)
    {
        if (MayLog(remote, out var unlogged))
        {
            RpcLog.PeerExceededItsLimit(logger, remote, excess, unlogged);
        }

        RpcMetrics.Refused("limit");
    }

    /// <summary>Logs and counts a peer that has a valid certificate but was refused by the host's peer gate.</summary>
    public void PeerWasRefused(IPEndPoint remote, string refusal)
    {
        if (MayLog(remote, out var unlogged, refusal))
        {
            RpcLog.PeerWasRefused(logger, remote, refusal, unlogged);
        }

        RpcMetrics.Refused("admission");
    }

    /// <summary>Logs a failed accept. Not counted, because there is no telling whose connection it was.</summary>
    public void AcceptFailed(EndPoint local, Exception exception)
    {
        if (_ownFaults.MayLog($"listener {local}", nameof(AcceptFailed), out var unlogged))
        {
            RpcLog.AcceptFailed(logger, exception, local, unlogged);
        }
    }

    private bool MayLog(IPEndPoint remote, out Unlogged unlogged, [CallerMemberName] string kind = "") =>
        _throttle.MayLog(remote.Address, kind, out unlogged);
}
