using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>Cuts a connection off whose peer has not proven in time who it is; from its making on, until it is disposed.</summary>
internal sealed class ProofDeadline : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _cutOff;

    public ProofDeadline(ConnectionContext context, RpcConnection connection, StrangerAllowance strangers, ILogger logger)
    {
        _over = new CancellationTokenSource(strangers.Time);
        _cutOff = _over.Token.Register(() =>
        {
            if (connection.IsStranger && !context.ConnectionClosed.IsCancellationRequested)
            {
                RpcLog.ProofTimedOut(logger, connection.Remote, strangers.Time.TotalSeconds);
                connection.Abort();
            }
        });
    }

    public void Dispose()
    {
        _cutOff.Dispose();
        _over.Dispose();
    }
}
