using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SecureCollectives.Rpc;

internal sealed record RpcHostOptions
{
    public required IReadOnlyList<RpcListener> Listeners { get; init; }

    public required RpcServices Services { get; init; }

    /// <summary>
    /// The gate that is consulted about every accepted connection of all listeners; null to admit all. Owned by the host, which disposes it
    /// when it has stopped.
    /// </summary>
    public IConnectionGate? Gate { get; init; }

    /// <summary>
    /// The gate that is consulted after the TLS handshake of every connection of all listeners; null to serve every peer that the handshake
    /// has accepted.
    /// </summary>
    public IPeerGate? Peers { get; init; }

    /// <summary>
    /// The logger factory of the server; owned by the caller and never disposed here. Of Kestrel and the gRPC libraries, only warnings and
    /// errors are logged. Default: no logging.
    /// </summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>
    /// The maximum size of a request message in bytes: as much as each open call can make this side buffer. Default 16 KiB; gRPC's usual 4
    /// MiB, a hundred times per connection, is more than callers of small services need.
    /// </summary>
    public int MaxReceiveMessageSize { get; init; } = 16 << 10;

    /// <summary>
    /// The maximum size of a response message in bytes; this side decides its length. Default 4 MiB, the default limit of gRPC clients.
    /// </summary>
    public int MaxSendMessageSize { get; init; } = 4 << 20;

    /// <summary>The maximum number of open calls per connection. Default 8.</summary>
    public int MaxConcurrentCallsPerConnection { get; init; } = 8;

    /// <summary>The time limit of a TLS handshake; without TLS, of the HTTP/2 preface. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time after which a connection without open calls is closed. Default 2 min.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The time after which a silent connection is pinged. Default 10 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time without an answer to a ping after which a connection is closed. Default 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether peers that read responses, or send requests, at less than 240 bytes per second are cut off. Default true. Turn it off only
    /// for a host of streams that may be idle for long, with peers that authenticate: for responses, Kestrel has no setting per call.
    /// </summary>
    public bool EnforceMinimumDataRates { get; init; } = true;

    /// <summary>How much callers may send before it is read. Default 64 KiB per connection and per call.</summary>
    public RpcFlowControl FlowControl { get; init; } = RpcFlowControl.Default;

    /// <summary>
    /// The number of bytes that are read from each connection ahead of TLS and HTTP/2. It bounds what an unauthenticated connection can
    /// make this side buffer beyond what they may read. Default 32 KiB.
    /// </summary>
    public int ReadAhead { get; init; } = 32 << 10;

    /// <summary>The pool of blocks that sockets read into and write from; null for Kestrel's own pool of 4 KiB blocks.</summary>
    public BlockPool? Blocks { get; init; }

    /// <summary>How long disposing waits for open calls before it cuts them off. Default 1 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(1);
}
