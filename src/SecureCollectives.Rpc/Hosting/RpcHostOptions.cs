using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SecureCollectives.Rpc;

internal sealed record RpcHostOptions
{
    public required IReadOnlyList<RpcListener> Listeners { get; init; }

    public required RpcServices Services { get; init; }

    /// <summary>
    /// The gate consulted about every connection that any listener accepts; null to admit all. Owned by the host, which disposes it after
    /// stopping.
    /// </summary>
    public IConnectionGate? Gate { get; init; }

    /// <summary>
    /// The gate consulted after every TLS handshake on any listener; null to serve every peer that completes the handshake.
    /// </summary>
    public IPeerGate? Peers { get; init; }

    /// <summary>
    /// The server's logger factory; owned by the caller and never disposed here. Kestrel and the gRPC libraries log only warnings and
    /// errors to it. Default: no logging.
    /// </summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>
    /// The maximum size of a request message in bytes, which is also how much each open call can make this side buffer. Default 16 KiB:
    /// gRPC's usual 4 MiB, for a hundred calls per connection, is more than callers of small services need.
    /// </summary>
    public int MaxReceiveMessageSize { get; init; } = 16 << 10;

    /// <summary>
    /// The maximum size of a response message in bytes, which this side determines. Default 4 MiB, the default limit on gRPC clients.
    /// </summary>
    public int MaxSendMessageSize { get; init; } = 4 << 20;

    /// <summary>The maximum number of open calls per connection. Default 8.</summary>
    public int MaxConcurrentCallsPerConnection { get; init; } = 8;

    /// <summary>The time limit for a TLS handshake; without TLS, for the HTTP/2 preface. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may have no open calls before it is closed. Default 2 min.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a connection may be silent before it is pinged. Default 10 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a ping may go unanswered before the connection is closed. Default 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether to cut off peers that read responses or send requests at less than 240 bytes per second. Default true. Turn it off only for
    /// a host whose streams may be idle for long and whose peers authenticate: Kestrel has no per-call setting for responses.
    /// </summary>
    public bool EnforceMinimumDataRates { get; init; } = true;

    /// <summary>How many bytes callers may send ahead of the reader. Default 64 KiB per connection and per call.</summary>
    public RpcFlowControl FlowControl { get; init; } = RpcFlowControl.Default;

    /// <summary>
    /// The number of bytes to read from each connection ahead of TLS and HTTP/2. It bounds how much an unauthenticated connection can make
    /// this side buffer beyond what those layers may read. Default 32 KiB.
    /// </summary>
    public int ReadAhead { get; init; } = 32 << 10;

    /// <summary>The pool of blocks that sockets read into and write from; null for Kestrel's own pool of 4 KiB blocks.</summary>
    public BlockPool? Blocks { get; init; }

    /// <summary>How long disposing waits for open calls before cutting them off. Default 1 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(1);
}
