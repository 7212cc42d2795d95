using System.Net;
using System.Net.Security;

namespace SecureCollectives.Rpc;

/// <summary>An address that a server listens on.</summary>
/// <param name="EndPoint">The address to bind; with port 0 the system chooses a free port, see <see cref="RpcHost.EndPoints"/>.</param>
internal sealed record RpcListener(IPEndPoint EndPoint)
{
    /// <summary>
    /// The ports that are tried, one after the other, until one is free; null for the port of the end point. Used only on hosts with a
    /// <see cref="RpcHostOptions.Gate"/>.
    /// </summary>
    public IEnumerable<int>? Ports { get; init; }

    /// <summary>
    /// Creates the TLS options of one handshake; a new object each time, because the server sets the ALPN protocol on it. The options
    /// decide which peers are accepted: they must demand a client certificate and refuse it by their own rules. Null for no TLS (h2c).
    /// </summary>
    public Func<RpcHandshake, CancellationToken, ValueTask<SslServerAuthenticationOptions>>? Tls { get; init; }

    /// <summary>
    /// The limits on a peer until a handler has authenticated it; with TLS, its certificate alone is then not sufficient. Null if peers
    /// need no further authentication.
    /// </summary>
    public UnauthenticatedLimits? Unauthenticated { get; init; }

    /// <summary>Creates the limit of a connection on what its peer may send inside TLS without progress; null for no limit.</summary>
    public Func<IReceiveLimit>? TlsLimit { get; init; }

    /// <summary>
    /// Called after every TLS handshake that failed, with the peer's address and the reason in words. Called from many threads; must
    /// neither block nor throw.
    /// </summary>
    public Action<IPEndPoint, string>? HandshakeFailed { get; init; }
}
