namespace SecureCollectives.Rpc;

/// <summary>What a caller says about one call beside its messages.</summary>
internal sealed record RpcCallOptions
{
    /// <summary>No deadline: only for calls that a token ends.</summary>
    public static readonly RpcCallOptions None = new();

    /// <summary>The time the whole call may take, connecting included; the server is told what is left of it. Null: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    public RpcMetadata Metadata { get; init; } = new();

    public static RpcCallOptions Within(TimeSpan timeout) => new() { Timeout = timeout };
}
