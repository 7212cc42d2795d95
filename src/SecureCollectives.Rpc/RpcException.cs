namespace SecureCollectives.Rpc;

/// <summary>
/// The one failure of a call. A handler throws it to answer with that status; a client gets it for every call that did
/// not end in <see cref="RpcStatusCode.Ok"/>, except for one that its own token cancelled.
/// </summary>
internal sealed class RpcException : Exception
{
    public RpcException(RpcStatusCode code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)code, (int)RpcStatusCode.Ok, nameof(code));
        Code = code;
    }

    public RpcStatusCode Code { get; }

    /// <summary>What became of the connection, where that is what failed; then <see cref="Code"/> is Unavailable.</summary>
    public ConnectionFailure Connection { get; init; }

    /// <summary>The metadata that came with the status; empty for failures found on this side.</summary>
    public RpcMetadata Trailers { get; init; } = new();
}
