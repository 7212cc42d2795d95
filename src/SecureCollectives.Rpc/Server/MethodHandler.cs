namespace SecureCollectives.Rpc;

/// <summary>A method with its message types erased: how the dispatcher sees it.</summary>
internal sealed record MethodHandler(RpcMethodKind Kind, Func<ServerExchange, Task> InvokeAsync)
{
    /// <summary>Whether requests may come slowly by design.</summary>
    public bool StreamsRequests => Kind is RpcMethodKind.ClientStreaming or RpcMethodKind.Duplex;
}
