namespace SecureCollectives.Rpc;

/// <summary>
/// One connection and the HTTP handler over it. The handler gets this connection and never another, so that a call always
/// knows whose certificate it spoke to.
/// </summary>
internal sealed class ClientConnection : IDisposable
{
    private const int MaxHeadersKilobytes = 16;

    private readonly HttpMessageInvoker _invoker;
    private readonly StreamObserver _observer;
    private Stream? _unused;
    private volatile bool _retired;

    public ClientConnection(RpcChannelOptions options, Stream stream, StreamObserver observer, RpcConnection description)
    {
        _unused = stream;
        _observer = observer;
        Description = description;
        _invoker = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = System.Net.DecompressionMethods.None,
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
            },
            disposeHandler: true);
    }

    public RpcConnection Description { get; }

    /// <summary>Whether the peer sent anything after the connection, and its TLS handshake, was made.</summary>
    public bool HasReceived => _observer.HasReceived;

    /// <summary>Whether what it sent is not HTTP/2.</summary>
    public bool IsForeign => _observer.IsForeign;

    /// <summary>No call may start here any more: the connection is gone or going.</summary>
    public bool IsRetired => _retired || Ended.IsCompleted;

    /// <summary>Completes when the connection has ended.</summary>
    public Task Ended => _observer.Ended;

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    public void Retire() => _retired = true;

    public void Dispose()
    {
        _retired = true;
        _invoker.Dispose();
        Interlocked.Exchange(ref _unused, null)?.Dispose();
    }

    private ValueTask<Stream> HandOverAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _unused, null) is { } stream)
        {
            return ValueTask.FromResult(stream);
        }

        // The handler asks again when it has lost the connection it had.
        _retired = true;
        throw new IOException("The connection has ended.");
    }
}
