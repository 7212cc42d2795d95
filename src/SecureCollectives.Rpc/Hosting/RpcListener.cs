using System.Net;
using System.Net.Security;

namespace SecureCollectives.Rpc;

/// <summary>An address that a server listens on.</summary>
/// <param name="EndPoint">The address to bind. With port 0 the system chooses a free port; see <see cref="RpcHost.EndPoints"/>.</param>
internal sealed record RpcListener(IPEndPoint EndPoint)
{
    /// <summary>
    /// The ports to try in turn until one is free; null for the end point's port. Used only on hosts with a
    /// <see cref="RpcHostOptions.Gate"/>.
    /// </summary>
    public IEnumerable<int>? Ports { get; init; }

    /// <summary>
    /// Creates the TLS options for a handshake. Must return a new object each time, because the server sets the ALPN protocol on it. The
    /// options decide which peers to accept: they must demand a client certificate and validate it by their own rules. Null for no TLS
    /// (h2c).
    /// </summary>
    public Func<RpcHandshake, CancellationToken, ValueTask<SslServerAuthenticationOptions>>? Tls { get; init; }

    /// <summary>
    /// The limits on a peer until a handler has authenticated it; if set, a TLS certificate alone is not sufficient. Null if peers need no
    /// further authentication.
    /// </summary>
    public UnauthenticatedLimits? Unauthenticated { get; init; }

    /// <summary>Creates a connection's limit on the bytes that its peer may send inside TLS without progress; null for no limit.</summary>
    public Func<IReceiveLimit>? TlsLimit { get; init; }

    /// <summary>
    /// Called after every failed TLS handshake, with the peer's address and a human-readable reason. Called from many threads; must neither
    /// block nor throw.
    /// </summary>
    public Action<IPEndPoint, string>? HandshakeFailed { get; init; }

    /// <summary>
    /// Called when a peer ends a connection after the TLS handshake without having sent anything. It may have refused our certificate: .NET
    /// checks the server's certificate only after the client's last message of the handshake. Called from many threads; must neither block
    /// nor throw.
    /// </summary>
    public Action<RpcConnection>? PeerLeftAtOnce { get; init; }
}
