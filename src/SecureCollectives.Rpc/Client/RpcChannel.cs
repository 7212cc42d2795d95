using Google.Protobuf;

namespace SecureCollectives.Rpc;

/// <summary>
/// Calls to one server. It has one connection at a time, made by the first call that needs it and made anew after it was
/// lost. Thread-safe. Disposing ends all calls and closes the connection.
/// </summary>
internal sealed class RpcChannel : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly Connector _connector;
    private readonly Lock _lock = new();
    private Task<ClientConnection>? _connection;
    private bool _disposed;

    public RpcChannel(RpcChannelOptions options)
    {
        Options = options;
        _connector = new Connector(options);
        Closing = _closing.Token;
        BaseAddress = new UriBuilder(UsesTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, options.Host, options.Port).Uri;
    }

    public RpcChannelOptions Options { get; }

    /// <summary>The server's address, for messages.</summary>
    public string Target => $"{Options.Host}:{Options.Port}";

    internal bool UsesTls => Options.Tls is not null;

    internal Uri BaseAddress { get; }

    internal CancellationToken Closing { get; }

    /// <summary>One request, one response.</summary>
    /// <exception cref="RpcException">The call ended with another status than OK.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<RpcReply<TResponse>> UnaryAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        TRequest request,
        RpcCallOptions options,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        RpcClientCall<TRequest, TResponse> call = Start(method, RpcMethodKind.Unary, options, cancellationToken);
        await using (call.ConfigureAwait(false))
        {
            await WriteSingleAsync(call, request).ConfigureAwait(false);
            TResponse response = await call.ReadSingleAsync().ConfigureAwait(false);
            return new RpcReply<TResponse>(response, call.Connection, call.Headers, call.Trailers);
        }
    }

    /// <summary>One request, many responses: read them from the call.</summary>
    public async Task<RpcClientCall<TRequest, TResponse>> ServerStreamingAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        TRequest request,
        RpcCallOptions options,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        RpcClientCall<TRequest, TResponse> call = Start(method, RpcMethodKind.ServerStreaming, options, cancellationToken);
        try
        {
            await WriteSingleAsync(call, request).ConfigureAwait(false);
            return call;
        }
        catch
        {
            await call.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Many requests, one response: write to the call, complete, then <see cref="RpcClientCall{TRequest, TResponse}.ReadSingleAsync"/>.</summary>
    public RpcClientCall<TRequest, TResponse> ClientStreaming<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        RpcCallOptions options,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Start(method, RpcMethodKind.ClientStreaming, options, cancellationToken);

    /// <summary>Many messages each way, independently.</summary>
    public RpcClientCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        RpcCallOptions options,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Start(method, RpcMethodKind.Duplex, options, cancellationToken);

    /// <summary>Starts a call in bytes and waits until the server has begun its response.</summary>
    /// <param name="method">The method.</param>
    /// <param name="first">Whole messages that the server waits for before it responds.</param>
    /// <param name="readSize">Bytes that one read from the response takes at most.</param>
    /// <param name="cancellationToken">Ends the attempt to start, not the call.</param>
    /// <exception cref="RpcException">The server answered otherwise, or there is no connection.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public Task<RpcByteStream> OpenBytesAsync(RpcByteMethod method, ReadOnlyMemory<byte> first, int readSize, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ClientByteStream.OpenAsync(new ClientExchange(this, method.FullName, RpcCallOptions.None, CancellationToken.None), first, readSize, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task<ClientConnection>? connection;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            connection = _connection;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (connection is not null)
        {
            await ((Task)connection).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (connection.IsCompletedSuccessfully)
            {
                connection.Result.Dispose();
            }
        }

        _closing.Dispose();
    }

    /// <summary>The connection for a new call. Calls that come while it is being made share the attempt, and its failure.</summary>
    internal Task<ClientConnection> GetConnectionAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            bool usable = _connection is { } current
                && (!current.IsCompleted || (current.IsCompletedSuccessfully && !current.Result.IsRetired));
            if (!usable)
            {
                CloseRetired(_connection);
                _connection = _connector.ConnectAsync(Closing);
            }

            return _connection!.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A retired connection may still carry calls: its handler, once disposed, lets them end and then closes it.</summary>
    private static void CloseRetired(Task<ClientConnection>? connection)
    {
        if (connection is { IsCompletedSuccessfully: true })
        {
            connection.Result.Dispose();
        }
    }

    private static async Task WriteSingleAsync<TRequest, TResponse>(RpcClientCall<TRequest, TResponse> call, TRequest request)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        // False means that the call is over already; the read that follows says why.
        if (await call.WriteAsync(request).ConfigureAwait(false))
        {
            call.CompleteRequests();
        }
    }

    private RpcClientCall<TRequest, TResponse> Start<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        RpcMethodKind kind,
        RpcCallOptions options,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return method.Kind == kind
            ? new RpcClientCall<TRequest, TResponse>(this, method, options, cancellationToken)
            : throw new ArgumentException($"{method.FullName} is a {method.Kind} method and cannot be called as {kind}.", nameof(method));
    }
}
