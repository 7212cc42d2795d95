using System.Net;
using System.Net.Security;

namespace SecureCollectives.Rpc;

/// <summary>One address a server listens on.</summary>
/// <param name="EndPoint">The address to bind; port 0 takes a free one, see <see cref="RpcHost.EndPoints"/>.</param>
internal sealed record RpcListener(IPEndPoint EndPoint)
{
    /// <summary>The ports that are tried, one after the other, until one is free. Null: that of the end point. Needs a gate.</summary>
    public IEnumerable<int>? Ports { get; init; }

    /// <summary>
    /// Makes the TLS options of one handshake; a fresh object each time, since the server sets the ALPN protocol on it.
    /// It decides who is accepted: it must demand a client certificate and refuse by itself. Null: no TLS (h2c).
    /// </summary>
    public Func<RpcHandshake, CancellationToken, ValueTask<SslServerAuthenticationOptions>>? Tls { get; init; }

    /// <summary>
    /// What a peer may use before a handler has it proven; with TLS, its certificate alone is no proof then. Null: peers need not prove
    /// anything more.
    /// </summary>
    public UnauthenticatedLimits? Unauthenticated { get; init; }

    /// <summary>Asked about every connection when it is accepted. Null admits everyone.</summary>
    public IConnectionGate? Gate { get; init; }

    /// <summary>
    /// Bounds what a peer may send inside TLS without anything coming of it; asked for each connection. Null bounds nothing.
    /// </summary>
    public Func<IReceiveLimit>? TlsLimit { get; init; }

    /// <summary>Asked after the TLS handshake of every connection. Null serves every peer that the handshake has accepted.</summary>
    public IPeerGate? Peers { get; init; }
}
