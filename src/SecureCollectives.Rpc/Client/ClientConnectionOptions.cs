using System.Net;
using System.Net.Security;

namespace SecureCollectives.Rpc;

internal sealed record ClientConnectionOptions
{
    /// <summary>The name or IP address of the server.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>
    /// Creates the TLS options for a handshake. Must return a new object each time, because the client sets ALPN on it, and the target host
    /// if that is null. Null for no TLS (h2c).
    /// </summary>
    public Func<RpcHandshake, CancellationToken, ValueTask<SslClientAuthenticationOptions>>? Tls { get; init; }

    /// <summary>Creates the limit on the bytes that the server may send inside TLS without progress; null for no limit.</summary>
    public Func<IReceiveLimit>? TlsLimit { get; init; }

    /// <summary>
    /// Called after the TLS handshake and before the first byte of HTTP/2, to check any further requirements of the caller, such as a
    /// pinned certificate. Returns a human-readable reason to refuse the connection, or null to accept it.
    /// </summary>
    public Func<RpcConnection, string?>? Refuse { get; init; }

    /// <summary>
    /// Resolves a host to its addresses, in the order in which to try them, within <see cref="HostAddresses.LookupTimeout"/>. Default: the
    /// system's resolver, alternating between address families.
    /// </summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = HostAddresses.ResolveAsync;

    /// <summary>
    /// The time limit for TCP and TLS together; each further address adds 250 ms. While there are untried addresses, a TLS handshake may
    /// use only half of the remaining time. Default 5 s.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum size of a response message in bytes. Default 16 KiB.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 << 10;

    /// <summary>The maximum size of a request message in bytes. Default 4 MiB, the default limit on gRPC servers.</summary>
    public int MaxSendMessageSize { get; init; } = 4 << 20;

    /// <summary>How long a connection with an open call may be silent before it is pinged. Default 10 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a ping may go unanswered before the connection is closed. Default 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The flow-control window of one call in bytes: how much the server may send ahead of the reader. Grows with the round-trip time, up
    /// to 16 MiB. Default 64 KiB.
    /// </summary>
    public int StreamWindow { get; init; } = 64 << 10;
}
