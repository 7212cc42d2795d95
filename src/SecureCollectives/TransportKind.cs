using SecureCollectives.Security.Keys;

namespace SecureCollectives;

/// <summary>The transport that carries a communicator's data.</summary>
public enum TransportKind
{
    /// <summary>Raw TCP connections. The default, and the fastest.</summary>
    Tcp = TransportCode.Tcp,

    /// <summary>gRPC streams over HTTP/2, for networks that let nothing else through.</summary>
    Grpc = TransportCode.Grpc,
}
