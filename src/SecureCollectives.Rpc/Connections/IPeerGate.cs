using System.Diagnostics.CodeAnalysis;

namespace SecureCollectives.Rpc;

/// <summary>
/// Decides about each connection whose peer has just been authenticated by TLS, before anything of HTTP/2 is read. Called from many
/// threads; must not block or throw.
/// </summary>
internal interface IPeerGate
{
    /// <param name="connection">The connection, with both certificates.</param>
    /// <param name="refusal">For the log: why the connection is closed.</param>
    /// <returns>Whether it is served; then <see cref="Left"/> follows when it has ended.</returns>
    bool TryEnter(RpcConnection connection, [NotNullWhen(false)] out string? refusal);

    /// <summary>Called exactly once for each connection that entered.</summary>
    void Left(RpcConnection connection);
}
