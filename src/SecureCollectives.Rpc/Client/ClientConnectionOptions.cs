using System.Net;
using System.Net.Security;

namespace SecureCollectives.Rpc;

internal sealed record ClientConnectionOptions
{
    /// <summary>A name or an address.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>
    /// Makes the TLS options of the connection; a fresh object, since ALPN, and the target host
    /// where it is not set, are set on it. Null: no TLS (h2c).
    /// </summary>
    public Func<RpcHandshake, CancellationToken, ValueTask<SslClientAuthenticationOptions>>? Tls { get; init; }

    /// <summary>Bounds what the server may send inside TLS without anything coming of it. Null bounds nothing.</summary>
    public Func<IReceiveLimit>? TlsLimit { get; init; }

    /// <summary>
    /// Asked once TLS is made and before the first byte of HTTP/2: what else the caller demands of the connection, such as the very
    /// certificate it has seen before. Null accepts; words refuse.
    /// </summary>
    public Func<RpcConnection, string?>? Refuse { get; init; }

    /// <summary>
    /// Finds the addresses of a host, in the order in which they are tried. It may take 12 s. Default: the system's resolver, address
    /// families taking turns.
    /// </summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = HostAddresses.ResolveAsync;

    /// <summary>
    /// The time limit for TCP and TLS together; each further address adds 250 ms. While other addresses are untried, a TLS handshake has
    /// half of the time that is left. Default 5 s.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest response message. Default 16 KiB.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 << 10;

    /// <summary>The largest request message. Default 4 MiB, which is what a gRPC server accepts unless told otherwise.</summary>
    public int MaxSendMessageSize { get; init; } = 4 << 20;

    /// <summary>With a call open, a silent connection is asked for a sign of life after this time. Default 10 s.</summary>
    public TimeSpan KeepAlivePingDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection that gives no sign of life for this time is closed. Default 20 s.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How many bytes of one call the server may send ahead of our reading; it grows with the round trip, to 16 MiB. Default 64 KiB.
    /// </summary>
    public int StreamWindow { get; init; } = 64 << 10;
}
