using System.IO.Pipelines;

namespace SecureCollectives.Rpc;

/// <summary>A connection's pipes; input bytes are counted until the peer has authenticated.</summary>
internal sealed class UnauthenticatedTransport(IDuplexPipe inner, RpcConnection connection, int limit, RefusalLog refusals) : IDuplexPipe
{
    public PipeReader Input { get; } = new UnauthenticatedReader(inner.Input, connection, limit, refusals);

    public PipeWriter Output => inner.Output;
}
