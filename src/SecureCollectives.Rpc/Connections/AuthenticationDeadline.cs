using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>Cuts a connection off if its peer does not authenticate in time. Runs from its construction until it is disposed.</summary>
internal sealed class AuthenticationDeadline : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _cutOff;

    public AuthenticationDeadline(ConnectionContext context, RpcConnection connection, UnauthenticatedLimits limits, RefusalLog refusals)
    {
        _over = new CancellationTokenSource(limits.Time);
        _cutOff = _over.Token.Register(() =>
        {
            if (connection.IsUnauthenticated && !context.ConnectionClosed.IsCancellationRequested)
            {
                refusals.AuthenticationTimedOut(connection.Remote, limits.Time);
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
