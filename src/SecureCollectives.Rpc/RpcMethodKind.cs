namespace SecureCollectives.Rpc;

/// <summary>How many messages go each way in one call.</summary>
internal enum RpcMethodKind
{
    Unary,
    ServerStreaming,
    ClientStreaming,
    Duplex,
}
