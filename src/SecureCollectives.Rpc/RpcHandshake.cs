using System.Net;

namespace SecureCollectives.Rpc;

/// <summary>A TLS handshake in progress, as seen by the delegate that creates its options.</summary>
internal sealed class RpcHandshake(IPEndPoint remote, string? serverName)
{
    public IPEndPoint Remote { get; } = remote;

    /// <summary>On the server, the name in the ClientHello, if any; on the client, the host to connect to.</summary>
    public string? ServerName { get; } = serverName;

    /// <summary>
    /// Why the certificate validation callback refused the peer, for the log and the exception. The callback sets it, because TLS itself
    /// reports only that the callback refused.
    /// </summary>
    public string? Refusal { get; set; }

    /// <summary>
    /// A stable key for the log, set with <see cref="Refusal"/>: refusals with the same kind are throttled together. Null to use the
    /// refusal itself.
    /// </summary>
    public string? RefusalKind { get; set; }

    /// <summary>The failure to report on the client if the handshake fails; set with <see cref="Refusal"/>.</summary>
    public ConnectionFailure Failure { get; set; } = ConnectionFailure.TlsFailed;
}
