using Google.Protobuf;

namespace SecureCollectives.Rpc;

/// <summary>Where a handler streams its messages. One write at a time.</summary>
internal sealed class RpcResponseWriter<T>
    where T : class, IMessage<T>
{
    private readonly ServerExchange _exchange;

    public RpcResponseWriter(ServerExchange exchange) => _exchange = exchange;

    /// <summary>Sends the response headers now, so that the caller learns that the call was accepted.</summary>
    public Task StartAsync() => _exchange.FlushAsync();

    /// <summary>Sends one message and waits while the caller's flow control holds it back. Ends with the call's token.</summary>
    public Task WriteAsync(T message)
    {
        _exchange.Write(message);
        return _exchange.FlushAsync();
    }
}
