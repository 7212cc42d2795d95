using Grpc.Core;

namespace SecureCollectives.Rpc;

/// <summary>
/// There is no usable connection: the status of the call that wanted it is UNAVAILABLE, and <see cref="Failure"/> says what became of the
/// connection.
/// </summary>
internal sealed class ConnectionException(ConnectionFailure failure, string message, Exception? cause = null)
    : RpcException(new Status(StatusCode.Unavailable, message, cause), message)
{
    public ConnectionFailure Failure { get; } = failure;
}
