using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>A connection's pipes, of which the reading one counts until the peer has proven who it is.</summary>
internal sealed class StrangerTransport(IDuplexPipe inner, RpcConnection connection, int allowance, ILogger logger) : IDuplexPipe
{
    public PipeReader Input { get; } = new StrangerReader(inner.Input, connection, allowance, logger);

    public PipeWriter Output => inner.Output;
}
