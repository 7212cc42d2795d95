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
    /// reports only that a callback refused.
    /// </summary>
    public string? Refusal { get; set; }

    /// <summary>
    /// What makes two refusals alike for the log, set with <see cref="Refusal"/>: words that do not change with time. Null for the refusal
    /// itself.
    /// </summary>
    public string? RefusalKind { get; set; }

    /// <summary>The failure of a client's connection if its handshake fails, set with <see cref="Refusal"/>.</summary>
    public ConnectionFailure Failure { get; set; } = ConnectionFailure.TlsFailed;
}
