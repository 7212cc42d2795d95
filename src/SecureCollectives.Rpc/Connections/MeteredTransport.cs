using System.IO.Pipelines;

namespace SecureCollectives.Rpc;

/// <summary>A connection's pipes, with metered input.</summary>
internal sealed class MeteredTransport(IDuplexPipe inner, RpcConnection connection, RefusalLog refusals) : IDuplexPipe
{
    private readonly MeteredReader _input = new(inner.Input, connection, refusals);

    public PipeReader Input => _input;

    public PipeWriter Output => inner.Output;

    /// <inheritdoc cref="MeteredReader.PeerLeftAtOnce"/>
    public bool PeerLeftAtOnce => _input.PeerLeftAtOnce;
}
