using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Transport;

/// <summary>The log messages of this assembly.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Warning, "A lane connection from {Remote} was closed: its hello was refused ({Status}).{Unlogged}")]
    public static partial void HelloWasRefused(ILogger logger, EndPoint remote, HelloStatus status, Unlogged unlogged);

    [LoggerMessage(2, LogLevel.Warning, "A lane connection from {Remote} was closed: no hello came within {Seconds} s.{Unlogged}")]
    public static partial void HelloWasLate(ILogger logger, EndPoint remote, double seconds, Unlogged unlogged);

    [LoggerMessage(3, LogLevel.Debug, "A lane connection from {Remote} ended before its hello.")]
    public static partial void ConnectionEndedBeforeHello(ILogger logger, EndPoint remote);

    [LoggerMessage(4, LogLevel.Debug,
        "A lane connection from {Remote} was closed: too many unauthenticated connections.")]
    public static partial void UnauthenticatedConnectionWasClosed(ILogger logger, EndPoint remote);

    [LoggerMessage(5, LogLevel.Debug, "Lane {Lane} was connected from {Remote}.")]
    public static partial void LaneWasConnected(ILogger logger, ushort lane, EndPoint remote);

    [LoggerMessage(6, LogLevel.Error, "The lane listener at {Place} failed; no new lanes can connect.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception, string place);

    [LoggerMessage(7, LogLevel.Warning, "A lane connection could not be accepted at {Place}; accepting was paused briefly.{Unlogged}")]
    public static partial void AcceptFailed(ILogger logger, Exception exception, string place, Unlogged unlogged);

    [LoggerMessage(8, LogLevel.Error, "Lane {Lane} from {Remote} authenticated but could not be attached; it was closed.")]
    public static partial void LaneWasNotAttached(ILogger logger, Exception exception, ushort lane, EndPoint remote);

    [LoggerMessage(9, LogLevel.Warning, "A lane connection from {Remote} was closed: its TLS handshake failed. {Reason}{Unlogged}")]
    public static partial void ConnectionWasRefused(ILogger logger, EndPoint remote, string reason, Unlogged unlogged);

    [LoggerMessage(10, LogLevel.Error, "A handshake step failed; its connection was closed.{Unlogged}")]
    public static partial void HandshakeStepFailed(ILogger logger, Exception exception, Unlogged unlogged);
}
