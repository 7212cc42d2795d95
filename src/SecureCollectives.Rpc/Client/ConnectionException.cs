using Grpc.Core;

namespace SecureCollectives.Rpc;

/// <summary>
/// No usable connection is available. The call that needed it has the status UNAVAILABLE; <see cref="Failure"/> says what happened to
/// the connection.
/// </summary>
internal sealed class ConnectionException(ConnectionFailure failure, string message, Exception? cause = null)
    : RpcException(new Status(StatusCode.Unavailable, message, cause), message)
{
    public ConnectionFailure Failure { get; } = failure;

    /// <summary>The failure in a few words, for a message that lists several addresses. Default: the message.</summary>
    public string Summary { get; init; } = message;
}
