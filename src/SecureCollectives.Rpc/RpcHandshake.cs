using System.Net;

namespace SecureCollectives.Rpc;

/// <summary>One TLS handshake in progress, as the delegate sees that makes its options.</summary>
internal sealed class RpcHandshake(IPEndPoint remote, string? serverName)
{
    public IPEndPoint Remote { get; } = remote;

    /// <summary>On the server the name in the client's hello, if any; on the client the host it was told to connect to.</summary>
    public string? ServerName { get; } = serverName;

    /// <summary>
    /// Set by the certificate validation callback when it refuses the peer, in words for the log and the exception:
    /// TLS itself only says that a callback refused.
    /// </summary>
    public string? Refusal { get; set; }

    /// <summary>
    /// What makes two refusals alike for the log, set with <see cref="Refusal"/>; words that do not change with time. Null: the words of
    /// the refusal.
    /// </summary>
    public string? RefusalKind { get; set; }

    /// <summary>What a client's connection has failed with when its handshake does, set with <see cref="Refusal"/>.</summary>
    public ConnectionFailure Failure { get; set; } = ConnectionFailure.TlsFailed;
}
