namespace SecureCollectives.Transport.Grpc;

/// <summary>The service of gRPC lanes, and what they ask of HTTP/2.</summary>
internal static class GrpcLaneSettings
{
    /// <summary>The path of <c>Attach</c> of <c>proto/securecollectives/v1/lanes.proto</c>.</summary>
    public const string Attach = "/securecollectives.v1.Lanes/Attach";

    /// <summary>An acceptor answers within some round trips; after this the attempt is given up and another link may be tried.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Preface, settings, request headers and hello of the clients we know take 400 to 900 bytes. So long as a connection has proved
    /// nothing, HTTP/2 gets no more of it; the socket is read ahead of that by <see cref="ReadAhead"/>.
    /// </summary>
    public const int UnauthenticatedBytes = 4096;

    /// <summary>
    /// What a peer may send ahead of our reading, in each direction of each lane. It bounds the memory of a lane whose receiver rests, and
    /// the throughput of a long way to the window per round trip: 2 MiB are 1.25 GB/s at 1.7 ms. On loopback it does not show. A connection
    /// carries one lane, so both windows are the same.
    /// </summary>
    public const int Window = 2 << 20;

    /// <summary>
    /// Bytes that the accepting side takes off a socket ahead of HTTP/2: eight blocks, so that a lane never waits for its socket.
    /// </summary>
    public const int ReadAhead = 256 << 10;

    /// <summary>Bytes that the connecting side takes at most with one read: four DATA frames. More were not faster.</summary>
    public const int ReadBytes = 64 << 10;

    /// <summary>
    /// A lane may rest for hours between operations. Now and then a silent one is asked for a sign of life, which keeps the way through
    /// middleboxes open; whether the peer lives is the control plane's business, so its patience is long.
    /// </summary>
    public static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="PingDelay"/>
    public static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A connection whose lane is over has no other use.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(5);
}
