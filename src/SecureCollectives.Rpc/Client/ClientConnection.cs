using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace SecureCollectives.Rpc;

/// <summary>
/// A connection to a server, established before the first call, and the calls made on it. Calls never move to another connection, so the
/// caller always knows which certificate answered. Once the connection is lost, calls fail and the caller must open a new connection.
/// Thread-safe.
/// </summary>
internal sealed class ClientConnection : IAsyncDisposable
{
    private const int MaxHeadersKilobytes = 16;

    private readonly CancellationTokenSource _closing = new();
    private readonly StreamObserver _observer;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;
    private readonly Lazy<GrpcChannel> _channel;
    private Stream? _unused;
    private int _disposed;

    /// <param name="options">The connection's options.</param>
    /// <param name="stream">A connected stream, after the handshake if it uses TLS; owned by the connection.</param>
    /// <param name="observer">The stream's observer.</param>
    /// <param name="peer">Both ends as observed in the handshake.</param>
    public ClientConnection(ClientConnectionOptions options, Stream stream, StreamObserver observer, RpcConnection peer)
    {
        _unused = stream;
        _observer = observer;
        Peer = peer;
        Closing = _closing.Token;
        Target = $"{options.Host}:{options.Port}";
        BaseAddress = new UriBuilder(options.Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps, options.Host, options.Port).Uri;
        _handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            InitialHttp2StreamWindowSize = options.StreamWindow,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectCallback = HandOverAsync,
        };
        _invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
        _channel = new Lazy<GrpcChannel>(() => GrpcChannel.ForAddress(BaseAddress, new GrpcChannelOptions
        {
            HttpHandler = _handler,
            MaxReceiveMessageSize = options.MaxReceiveMessageSize,
            MaxSendMessageSize = options.MaxSendMessageSize,
            CompressionProviders = [],
        }));
    }

    /// <summary>The host and port of the server, for messages.</summary>
    public string Target { get; }

    /// <summary>Both ends of the connection, with the certificates that they presented.</summary>
    public RpcConnection Peer { get; }

    public Uri BaseAddress { get; }

    /// <summary>Fires when the connection is disposed.</summary>
    public CancellationToken Closing { get; }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="ConnectionException">The connection could not be established.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static Task<ClientConnection> ConnectAsync(ClientConnectionOptions options, CancellationToken cancellationToken) =>
        new Connector(options).ConnectAsync(cancellationToken);

    /// <summary>Runs one call through a generated client.</summary>
    /// <param name="call">Makes the call with <paramref name="cancellationToken"/> and awaits its complete result.</param>
    /// <param name="cancellationToken">The token that <paramref name="call"/> passes to the client; used to recognize a cancelled
    /// call.</param>
    /// <exception cref="ConnectionException">The connection failed.</exception>
    /// <exception cref="RpcException">The call ended with a status other than OK.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<T> CallAsync<T>(Func<CallInvoker, Task<T>> call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        try
        {
            return await call(_channel.Value.CreateCallInvoker()).ConfigureAwait(false);
        }
        catch (RpcException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The call was cancelled.", exception, cancellationToken);
        }
        catch (RpcException exception) when (exception.Status.DebugException is not null)
        {
            if (Explain(exception.Status.DebugException) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>Sends a request without a generated client.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return _invoker.SendAsync(request, cancellationToken);
    }

    /// <summary>Ends all calls and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (_channel.IsValueCreated)
        {
            _channel.Value.Dispose();
        }

        _invoker.Dispose();
        _handler.Dispose();
        if (Interlocked.Exchange(ref _unused, null) is { } unused)
        {
            await unused.DisposeAsync().ConfigureAwait(false);
        }

        _closing.Dispose();
    }

    /// <summary>
    /// Returns the connection's failure, given the exception of a call that ended without a status from the peer; null if the connection is
    /// not to blame.
    /// </summary>
    public ConnectionException? Diagnose(Exception cause)
    {
        if (_observer.IsForeign)
        {
            return new ConnectionException(
                ConnectionFailure.NotGrpc,
                    $"{Target} answered with something other than gRPC. Check that the address is that of a worker.", cause);
        }

        if (_observer.IsFlooded)
        {
            return new ConnectionException(
                ConnectionFailure.Lost,
                    $"The connection to {Target} was closed: it sent more than {Http2Allowance.Capacity} bytes that carry no data.", cause);
        }

        if (!_observer.HasReceived)
        {
            return BaseAddress.Scheme == Uri.UriSchemeHttps
                ? new ConnectionException(
                    ConnectionFailure.ClosedAfterHandshake,
                    $"{Target} closed the connection before answering. It may have refused our certificate; see its log.",
                    cause)
                : new ConnectionException(
                    ConnectionFailure.ClosedByPeer,
                    $"{Target} closed the connection before answering. "
                        + "Check that the address is that of a worker and that it does not expect TLS.",
                    cause);
        }

        // A peer that resets the stream ends only that call; any other failure beneath a call is a failure of the connection.
        return _observer.Ended.IsCompleted
            || ((Has<HttpRequestException>(cause) || Has<HttpIOException>(cause) || Has<SocketException>(cause))
                && !Has<HttpProtocolException>(cause))
            ? new ConnectionException(ConnectionFailure.Lost, $"The connection to {Target} was lost during a call.", cause)
            : null;
    }

    /// <summary>
    /// Returns a clearer exception for a call that failed without a status from the peer; null if the one from Grpc.Net.Client is clear
    /// enough.
    /// </summary>
    private RpcException? Explain(Exception cause) => Has<InvalidProtocolBufferException>(cause)
        ? new RpcException(new Status(StatusCode.Internal, $"{Target} did not answer with the expected message.", cause))
        : Diagnose(cause);

    private static bool Has<T>(Exception exception)
        where T : Exception
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is T)
            {
                return true;
            }
        }

        return false;
    }

    private ValueTask<Stream> HandOverAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _unused, null) is { } stream
            ? ValueTask.FromResult(stream)
            : throw new IOException("The connection has ended."); // The handler asks for a second connection after losing the first.
}
