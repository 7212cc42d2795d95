using System.IO.Pipelines;

namespace SecureCollectives.Rpc;

/// <summary>A connection's pipes, of which the reading one counts until the peer has proven who it is.</summary>
internal sealed class StrangerTransport(IDuplexPipe inner, RpcConnection connection, int allowance) : IDuplexPipe
{
    public PipeReader Input { get; } = new StrangerReader(inner.Input, connection, allowance);

    public PipeWriter Output => inner.Output;
}
