namespace SecureCollectives.Transport.Grpc;

/// <summary>The path of the gRPC lane service and its HTTP/2 settings.</summary>
internal static class GrpcLaneSettings
{
    /// <summary>The path of the <c>Attach</c> method in <c>proto/securecollectives/v1/lanes.proto</c>.</summary>
    public const string Attach = "/securecollectives.v1.Lanes/Attach";

    /// <summary>
    /// The time limit for an attempt. An acceptor answers within a few round trips; after the limit, another link may be tried.
    /// </summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The number of bytes that an unauthenticated connection may pass to HTTP/2. For known clients, the preface, settings, request headers
    /// and hello take 400 to 900 bytes. The socket is read further ahead, by <see cref="ReadAhead"/>.
    /// </summary>
    public const int UnauthenticatedBytes = 4096;

    /// <summary>
    /// The number of bytes that a peer may send before they are read, in each direction of each lane. It bounds the memory of a lane whose
    /// receiver is idle, and limits the throughput of a long path to one window per round trip: 2 MiB allow 1.25 GB/s at 1.7 ms. On
    /// loopback it makes no difference. A connection carries one lane, so the connection and stream windows are the same.
    /// </summary>
    public const int Window = 2 << 20;

    /// <summary>
    /// The number of bytes that the accepting side reads from a socket ahead of HTTP/2: eight blocks, so that a lane never waits for its
    /// socket.
    /// </summary>
    public const int ReadAhead = 256 << 10;

    /// <summary>
    /// The maximum number of bytes that the connecting side takes with one read: four DATA frames. Longer reads were not faster.
    /// </summary>
    public const int ReadBytes = 64 << 10;

    /// <summary>
    /// The idle time after which a connection sends a keep-alive ping. A lane may be idle for hours between operations; pings keep its path
    /// through middleboxes open. The control plane decides whether the peer is alive, so the timeout is long.
    /// </summary>
    public static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="PingDelay"/>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The idle time after which a connection is closed: once its lane is over, it has no other use.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(5);
}
