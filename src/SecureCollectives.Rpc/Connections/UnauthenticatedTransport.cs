using System.IO.Pipelines;

namespace SecureCollectives.Rpc;

/// <summary>The pipes of a connection, whose input counts bytes until the peer has authenticated.</summary>
internal sealed class UnauthenticatedTransport(IDuplexPipe inner, RpcConnection connection, int limit, RefusalLog refusals) : IDuplexPipe
{
    public PipeReader Input { get; } = new UnauthenticatedReader(inner.Input, connection, limit, refusals);

    public PipeWriter Output => inner.Output;
}
