using Grpc.Core;

namespace SecureCollectives.Rpc;

/// <summary>
/// There is no usable connection. The status of the call that needed it is UNAVAILABLE; <see cref="Failure"/> says what happened to the
/// connection.
/// </summary>
internal sealed class ConnectionException(ConnectionFailure failure, string message, Exception? cause = null)
    : RpcException(new Status(StatusCode.Unavailable, message, cause), message)
{
    public ConnectionFailure Failure { get; } = failure;

    /// <summary>What happened in a few words, for a message that names several addresses. Default: the message.</summary>
    public string Summary { get; init; } = message;
}
