using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>What an exception of SocketsHttpHandler means for a call.</summary>
internal static class TransportFailure
{
    public static RpcException Explain(Exception exception, string method, string target, bool usesTls, ClientConnection? connection)
    {
        if (connection is { IsForeign: true })
        {
            connection.Retire();
            return Unavailable(ConnectionFailure.NotGrpc, $"{target} answered with something else instead of gRPC. Check that the address is that of a worker.", exception);
        }

        if (FindProtocolError(exception) is { } protocol && connection is { HasReceived: true, IsRetired: false })
        {
            return new RpcException(
                StatusMapping.FromHttp2Error(protocol.ErrorCode),
                $"{target} reset the call of {method} (HTTP/2 error code {protocol.ErrorCode}).",
                exception);
        }

        // Whatever happened to the connection, no other call should start on it; calls that run there go on.
        connection?.Retire();
        if (connection is { HasReceived: false })
        {
            return usesTls
                ? Unavailable(
                    ConnectionFailure.ClosedAfterHandshake,
                    $"{target} closed the connection before it answered: the peer may have refused our certificate; see its log.",
                    exception)
                : Unavailable(
                    ConnectionFailure.ClosedByPeer,
                    $"{target} closed the connection before it answered: check that the address is that of a worker and that it expects no TLS.",
                    exception);
        }

        return Unavailable(ConnectionFailure.Lost, $"The connection to {target} was lost during {method}.", exception);
    }

    private static HttpProtocolException? FindProtocolError(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
            {
                return protocol;
            }
        }

        return null;
    }

    private static RpcException Unavailable(ConnectionFailure failure, string message, Exception cause) =>
        new(RpcStatusCode.Unavailable, message, cause) { Connection = failure };
}
