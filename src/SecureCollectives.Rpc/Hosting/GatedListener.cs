using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>A listener of which Kestrel gets those connections that the gate has admitted. The others cost little more than an accept and a reset, and those are paced.</summary>
internal sealed class GatedListener(IConnectionListener inner, IConnectionGate gate, Action<IPEndPoint> onRefused) : IConnectionListener
{
    public EndPoint EndPoint => inner.EndPoint;

    /// <returns>Null when the listener has ended.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (gate.AcceptWait is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            }

            ConnectionContext? context = await inner.AcceptAsync(cancellationToken).ConfigureAwait(false);
            if (context is null || TryAdmit(context))
            {
                return context;
            }

            await context.DisposeAsync().ConfigureAwait(false);
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private bool TryAdmit(ConnectionContext context)
    {
        IPEndPoint remote = RpcConnection.Unmapped(context.RemoteEndPoint);
        var admitted = new AdmittedConnection();
        admitted.Admission = gate.Admit(remote, () =>
        {
            // On behalf of the connection that takes this one's place, which must not wait for a log: it is told when this one has ended.
            admitted.IsClosedByGate = true;
            context.Abort(new ConnectionAbortedException("The connection gate closed the connection."));
        });
        if (admitted.Admission is null)
        {
            onRefused(remote);
            context.Abort(new ConnectionAbortedException("The connection gate refused the connection."));
            return false;
        }

        context.Features.Set(admitted);
        return true;
    }
}
