using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace SecureCollectives.Rpc;

/// <summary>
/// A listener that consults a gate before allocating anything for a connection. Kestrel's own listener first creates pipes and starts two
/// loops, which costs ten times as much as an accept and a reset. In a flood, members' connections would then wait seconds behind
/// connections that are going to be refused.
/// </summary>
internal sealed class GatedListener : IConnectionListener
{
    /// <summary>
    /// The pause after a failed accept. The likeliest cause is reaching the open-file limit, which is transient and must not make a
    /// thread spin.
    /// </summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly SocketConnectionContextFactory _connections;
    private readonly IConnectionGate _gate;
    private readonly RefusalLog _refusals;

    /// <param name="socket">A bound and listening socket; owned by the listener.</param>
    /// <param name="connections">Creates Kestrel's connections; owned by the listener.</param>
    /// <param name="gate">The gate; owned by the host.</param>
    /// <param name="refusals">The host's log.</param>
    public GatedListener(Socket socket, SocketConnectionContextFactory connections, IConnectionGate gate, RefusalLog refusals)
    {
        _socket = socket;
        _connections = connections;
        _gate = gate;
        _refusals = refusals;
        EndPoint = socket.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    /// <returns>The connection; null once the listener has ended.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                if (_gate.AcceptWait is var wait && wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
                }

                var accepted = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (TryAdmit(accepted) is { } connection)
                {
                    return connection;
                }
            }
            catch (Exception exception)
                when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException exception)
            {
                _refusals.AcceptFailed(EndPoint, exception);
                await Task.Delay(AcceptPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _connections.Dispose();
        return ValueTask.CompletedTask;
    }

    private ConnectionContext? TryAdmit(Socket accepted)
    {
        var admitted = new AdmittedConnection();
        try
        {
            var remote = RpcConnection.Unmapped(accepted.RemoteEndPoint);

            // The gate calls this on behalf of the connection that takes the place. That connection must not wait for a log, so the close
            // is logged once this connection has ended.
            admitted.Admission = _gate.Admit(remote, admitted.Close);
            if (admitted.Admission is null)
            {
                _refusals.RefusedByGate(remote);
                Reset(accepted);
                return null;
            }

            accepted.NoDelay = true;
            KeepAlive.Enable(accepted);
            var connection = _connections.Create(accepted);
            connection.Features.Set(admitted);
            admitted.Attach(connection);
            return connection;
        }
        catch (SocketException)
        {
            // The connection was reset while waiting in the kernel's backlog.
            admitted.Admission?.Left();
            accepted.Dispose();
            return null;
        }
    }

    /// <summary>Resets the connection, so that nothing of it remains in this process or in the kernel.</summary>
    private static void Reset(Socket accepted)
    {
        accepted.LingerState = new LingerOption(true, 0);
        accepted.Dispose();
    }
}
