using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Rpc;

/// <summary>
/// Decides about each connection whose peer has just authenticated with TLS, before any HTTP/2 is read. Called from many threads; must
/// neither block nor throw.
/// </summary>
internal interface IPeerGate
{
    /// <summary>Decides whether to serve a connection.</summary>
    /// <param name="connection">The connection, with both certificates.</param>
    /// <param name="refusal">Why the connection is refused, for the log.</param>
    /// <returns>Whether to serve the connection; if so, <see cref="Left"/> is called after it has ended.</returns>
    bool TryEnter(RpcConnection connection, [NotNullWhen(false)] out string? refusal);

    /// <summary>Called exactly once for each connection that entered.</summary>
    void Left(RpcConnection connection);
}
