using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc.Throttling;

namespace SecureCollectives.Rpc;

/// <summary>This assembly's log messages.</summary>
internal static partial class RpcLog
{
    [LoggerMessage(1, LogLevel.Debug, "The connection gate refused a connection from {Remote}.")]
    public static partial void ConnectionWasRefusedByGate(ILogger logger, IPEndPoint remote);

    [LoggerMessage(2, LogLevel.Warning, "The TLS handshake with {Remote} failed: {Reason}{Unlogged}")]
    public static partial void HandshakeFailed(ILogger logger, IPEndPoint remote, string reason, Unlogged unlogged);

    [LoggerMessage(3, LogLevel.Warning,
        "The TLS handshake with {Remote} did not finish within {Seconds} s; the connection was closed.{Unlogged}")]
    public static partial void HandshakeTimedOut(ILogger logger, IPEndPoint remote, double seconds, Unlogged unlogged);

    [LoggerMessage(4, LogLevel.Error, "The TLS options for {Remote} could not be created; the connection was closed.{Unlogged}")]
    public static partial void HandshakeOptionsFailed(ILogger logger, Exception exception, IPEndPoint remote, Unlogged unlogged);

    [LoggerMessage(5, LogLevel.Warning,
        "The connection from {Remote} began with something other than HTTP/2 and was closed. Only gRPC is served here.{Unlogged}")]
    public static partial void PeerSpokeNoHttp2(ILogger logger, IPEndPoint remote, Unlogged unlogged);

    [LoggerMessage(6, LogLevel.Warning, "The connection from {Remote} sent no HTTP/2 within {Seconds} s and was closed.{Unlogged}")]
    public static partial void PrefaceTimedOut(ILogger logger, IPEndPoint remote, double seconds, Unlogged unlogged);

    [LoggerMessage(7, LogLevel.Warning,
        "The peer at {Remote} did not authenticate within {Seconds} s; its connection was closed.{Unlogged}")]
    public static partial void AuthenticationTimedOut(ILogger logger, IPEndPoint remote, double seconds, Unlogged unlogged);

    [LoggerMessage(8, LogLevel.Warning,
        "The connection from {Remote} was closed: it called something that is not served here before authenticating.{Unlogged}")]
    public static partial void UnauthenticatedCallWasRefused(ILogger logger, IPEndPoint remote, Unlogged unlogged);

    [LoggerMessage(9, LogLevel.Debug,
        "The connection gate closed the connection from {Remote}: newer connections took its place before it authenticated.")]
    public static partial void ConnectionWasClosedByGate(ILogger logger, IPEndPoint remote);

    [LoggerMessage(10, LogLevel.Warning,
        "The connection from {Remote} was closed: more than {Bytes} bytes arrived before it authenticated.{Unlogged}")]
    public static partial void UnauthenticatedPeerSentTooMuch(ILogger logger, IPEndPoint remote, int bytes, Unlogged unlogged);

    [LoggerMessage(11, LogLevel.Warning,
        "The connection with {Remote} was closed: more than {Bytes} bytes arrived that carry no data.{Unlogged}")]
    public static partial void PeerSentTooMuchWithoutData(ILogger logger, IPEndPoint remote, int bytes, Unlogged unlogged);

    [LoggerMessage(12, LogLevel.Warning, "The connection from {Remote} was closed after its handshake: {Reason}{Unlogged}")]
    public static partial void PeerWasRefused(ILogger logger, IPEndPoint remote, string reason, Unlogged unlogged);

    [LoggerMessage(13, LogLevel.Warning, "The connection with {Remote} was closed: {Excess}.{Unlogged}")]
    public static partial void PeerExceededItsLimit(ILogger logger, IPEndPoint remote, string excess, Unlogged unlogged);

    [LoggerMessage(14, LogLevel.Warning, "Accepting a connection at {EndPoint} failed.{Unlogged}")]
    public static partial void AcceptFailed(ILogger logger, Exception exception, EndPoint endPoint, Unlogged unlogged);

    /// <summary>
    /// Logged at Information level: a member that leaves while connecting causes it too, and a peer gains nothing by provoking it.
    /// </summary>
    [LoggerMessage(15, LogLevel.Information, "The TLS handshake with {Remote} did not finish: the connection ended.{Unlogged}")]
    public static partial void HandshakeEnded(ILogger logger, IPEndPoint remote, Unlogged unlogged);

    /// <summary>Logged at Debug level: a member that only checks whether this worker is alive causes it, too.</summary>
    [LoggerMessage(16, LogLevel.Debug, "{Remote} ended its connection right after the TLS handshake.")]
    public static partial void PeerLeftAtOnce(ILogger logger, IPEndPoint remote);
}
