using System.IO.Pipelines;

namespace SecureCollectives.Rpc;

/// <summary>A connection's pipes, with metered input.</summary>
internal sealed class MeteredTransport(IDuplexPipe inner, RpcConnection connection, RefusalLog refusals) : IDuplexPipe
{
    public PipeReader Input { get; } = new MeteredReader(inner.Input, connection, refusals);

    public PipeWriter Output => inner.Output;
}
