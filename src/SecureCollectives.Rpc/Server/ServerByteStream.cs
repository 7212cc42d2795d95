using System.IO.Pipelines;

namespace SecureCollectives.Rpc;

/// <summary>The server's end of a call in bytes: Kestrel's own body pipes.</summary>
internal sealed class ServerByteStream(ServerExchange exchange, PipeReader input, PipeWriter output) : RpcByteStream
{
    private readonly Lock _gate = new();
    private bool _outputEnded;
    private bool _over;

    public override RpcConnection Connection => exchange.Call.Connection;

    public override PipeReader Input => input;

    public override PipeWriter Output => output;

    public override async ValueTask EndOutputAsync()
    {
        lock (_gate)
        {
            if (_outputEnded || _over)
            {
                return;
            }

            _outputEnded = true;
        }

        await exchange.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Kestrel completes a request's body only when the client has ended it; all else is an exception.</summary>
    public override bool InputEndedInOrder() => true;

    public override void Abort()
    {
        // Under the lock: Kestrel uses its objects again for other calls once the handler has returned.
        lock (_gate)
        {
            if (!_over)
            {
                _over = true;
                exchange.Reset();
            }
        }
    }

    /// <summary>The call itself ends when its handler returns.</summary>
    public override ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _over = true;
        }

        return ValueTask.CompletedTask;
    }
}
