using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>The pipes of a connection, whose input counts bytes until the peer has authenticated.</summary>
internal sealed class UnauthenticatedTransport(IDuplexPipe inner, RpcConnection connection, int limit, ILogger logger) : IDuplexPipe
{
    public PipeReader Input { get; } = new UnauthenticatedReader(inner.Input, connection, limit, logger);

    public PipeWriter Output => inner.Output;
}
