using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SecureCollectives.Rpc;

internal sealed record RpcHostOptions
{
    public required IReadOnlyList<RpcListener> Listeners { get; init; }

    public required RpcServices Services { get; init; }

    /// <summary>
    /// Where the server logs; the caller's, and never disposed here. Of what is below us warnings and errors alone. Default: nowhere.
    /// </summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>
    /// The largest request message of a service: what each open call of a caller can make this side hold. Default 16 KiB; gRPC's usual 4
    /// MiB, a hundred times a connection, are more than callers of small services need.
    /// </summary>
    public int MaxReceiveMessageSize { get; init; } = 16 << 10;

    /// <summary>
    /// The largest response message of a service, whose length this side decides. Default 4 MiB, which is what a gRPC client accepts unless
    /// told otherwise.
    /// </summary>
    public int MaxSendMessageSize { get; init; } = 4 << 20;

    /// <summary>Calls that one connection may have open at a time. Default 8.</summary>
    public int MaxConcurrentCallsPerConnection { get; init; } = 8;

    /// <summary>How long a TLS handshake may take; without TLS, how long the first bytes of HTTP/2 may. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection without an open call is closed after this time. Default 2 min.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A silent connection is asked for a sign of life after this time. Default 10 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection that gives no sign of life for this time is closed. Default 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether peers that read responses, or send requests, more slowly than 240 bytes a second are cut off. Default true.
    /// Only a host of streams that may rest for long, to peers that prove themselves, turns it off: for responses Kestrel knows no switch
    /// for a single call.
    /// </summary>
    public bool EnforceMinimumDataRates { get; init; } = true;

    /// <summary>How much callers may send ahead of our reading. Default 64 KiB a connection, and a call.</summary>
    public RpcFlowControl FlowControl { get; init; } = RpcFlowControl.Default;

    /// <summary>
    /// Bytes that are taken off each connection before anybody has looked at them: what TLS and HTTP/2 may not read of an unauthenticated
    /// one is bounded by this. Default 32 KiB.
    /// </summary>
    public int ReadAhead { get; init; } = 32 << 10;

    /// <summary>What sockets read into and write from. Null: Kestrel's own pool of 4 KiB blocks.</summary>
    public BlockPool? Blocks { get; init; }

    /// <summary>How long disposing waits for open calls before it cuts them off. Default 1 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(1);
}
