using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>The pipes of a connection, with the input metered.</summary>
internal sealed class MeteredTransport(IDuplexPipe inner, RpcConnection connection, ILogger logger) : IDuplexPipe
{
    public PipeReader Input { get; } = new MeteredReader(inner.Input, connection, logger);

    public PipeWriter Output => inner.Output;
}
