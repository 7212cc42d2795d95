using System.Net;
using System.Net.Security;

namespace SecureCollectives.Rpc;

internal sealed record ClientConnectionOptions
{
    /// <summary>The name or IP address of the server.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>
    /// Creates the TLS options of one handshake; a new object each time, because ALPN, and the target host if it is null, are set on it.
    /// Null for no TLS (h2c).
    /// </summary>
    public Func<RpcHandshake, CancellationToken, ValueTask<SslClientAuthenticationOptions>>? Tls { get; init; }

    /// <summary>Creates the limit on what the server may send inside TLS without progress; null for no limit.</summary>
    public Func<IReceiveLimit>? TlsLimit { get; init; }

    /// <summary>
    /// Called after the TLS handshake and before the first byte of HTTP/2, to check what else the caller demands of the connection, such as
    /// a certificate that it has seen before. Returns why the connection is refused, for people, or null to accept it.
    /// </summary>
    public Func<RpcConnection, string?>? Refuse { get; init; }

    /// <summary>
    /// Finds the addresses of a host, in the order in which they are tried, within <see cref="HostAddresses.LookupTimeout"/>. Default: the
    /// system's resolver, with the address families taking turns.
    /// </summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = HostAddresses.ResolveAsync;

    /// <summary>
    /// The time limit for TCP and TLS together; each further address adds 250 ms. While other addresses are untried, a TLS handshake has
    /// half of the time that is left. Default 5 s.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum size of a response message in bytes. Default 16 KiB.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 << 10;

    /// <summary>The maximum size of a request message in bytes. Default 4 MiB, the default limit of gRPC servers.</summary>
    public int MaxSendMessageSize { get; init; } = 4 << 20;

    /// <summary>The time after which a silent connection with an open call is pinged. Default 10 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time without an answer to a ping after which the connection is closed. Default 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The number of bytes of one call that the server may send before they are read; grows with the round-trip time, up to 16 MiB.
    /// Default 64 KiB.
    /// </summary>
    public int StreamWindow { get; init; } = 64 << 10;
}
