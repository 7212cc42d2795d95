namespace SecureCollectives.Rpc;

/// <summary>The answer to a unary call, with the connection it came over.</summary>
internal sealed record RpcReply<TResponse>(TResponse Message, RpcConnection Connection, RpcMetadata Headers, RpcMetadata Trailers);
