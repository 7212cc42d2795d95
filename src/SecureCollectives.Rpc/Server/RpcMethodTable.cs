using System.Collections.Frozen;
using Google.Protobuf;

namespace SecureCollectives.Rpc;

/// <summary>The methods a server serves, each with its handler. Filled before the server starts; later additions have no effect.</summary>
internal sealed class RpcMethodTable
{
    private readonly Dictionary<string, MethodHandler> _handlers = new(StringComparer.Ordinal);

    public RpcMethodTable AddUnary<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        Func<TRequest, RpcServerCall, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(method, RpcMethodKind.Unary, async exchange =>
        {
            TRequest request = await exchange.Requests(method.RequestParser).ReadSingleAsync().ConfigureAwait(false);
            exchange.Write(await handler(request, exchange.Call).ConfigureAwait(false));
        });

    public RpcMethodTable AddServerStreaming<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        Func<TRequest, RpcResponseWriter<TResponse>, RpcServerCall, Task> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(method, RpcMethodKind.ServerStreaming, async exchange =>
        {
            TRequest request = await exchange.Requests(method.RequestParser).ReadSingleAsync().ConfigureAwait(false);
            await handler(request, new RpcResponseWriter<TResponse>(exchange), exchange.Call).ConfigureAwait(false);
        });

    public RpcMethodTable AddClientStreaming<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        Func<RpcRequestReader<TRequest>, RpcServerCall, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(method, RpcMethodKind.ClientStreaming, async exchange =>
            exchange.Write(await handler(exchange.Requests(method.RequestParser), exchange.Call).ConfigureAwait(false)));

    public RpcMethodTable AddDuplex<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        Func<RpcRequestReader<TRequest>, RpcResponseWriter<TResponse>, RpcServerCall, Task> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(method, RpcMethodKind.Duplex, exchange =>
            handler(exchange.Requests(method.RequestParser), new RpcResponseWriter<TResponse>(exchange), exchange.Call));

    /// <summary>The handler owns the stream while it runs; when it returns, the call ends with OK unless it was cut off.</summary>
    public RpcMethodTable AddBytes(RpcByteMethod method, Func<RpcByteStream, RpcServerCall, Task> handler) =>
        Add(method.FullName, RpcMethodKind.Duplex, async exchange =>
        {
            RpcByteStream stream = exchange.OpenBytes();
            await using (stream.ConfigureAwait(false))
            {
                await handler(stream, exchange.Call).ConfigureAwait(false);
                await stream.EndOutputAsync().ConfigureAwait(false);
            }
        });

    public FrozenDictionary<string, MethodHandler> ToFrozen() => _handlers.ToFrozenDictionary(StringComparer.Ordinal);

    private RpcMethodTable Add<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, RpcMethodKind kind, Func<ServerExchange, Task> invoke)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        if (method.Kind != kind)
        {
            throw new ArgumentException($"{method.FullName} is a {method.Kind} method and cannot be served as {kind}.", nameof(method));
        }

        return Add(method.FullName, kind, invoke);
    }

    private RpcMethodTable Add(string method, RpcMethodKind kind, Func<ServerExchange, Task> invoke)
    {
        if (!_handlers.TryAdd(method, new MethodHandler(kind, invoke)))
        {
            throw new ArgumentException($"{method} already has a handler.", nameof(method));
        }

        return this;
    }
}
