using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>A connection's pipes, of which the reading one counts until the peer has proven who it is.</summary>
internal sealed class UnauthenticatedTransport(IDuplexPipe inner, RpcConnection connection, int limit, ILogger logger) : IDuplexPipe
{
    public PipeReader Input { get; } = new UnauthenticatedReader(inner.Input, connection, limit, logger);

    public PipeWriter Output => inner.Output;
}
