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
}
