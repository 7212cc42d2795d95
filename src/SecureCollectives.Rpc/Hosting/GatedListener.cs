using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>
/// A listener that asks a gate about every connection before anything is made for it. Kestrel's own makes pipes and starts two loops first,
/// which costs ten times what an accept and a reset cost: under a flood, members' connections would wait seconds behind connections that
/// are only going to be refused.
/// </summary>
internal sealed class GatedListener : IConnectionListener
{
    /// <summary>After an accept that failed for want of descriptors, most likely: it passes, and must not make a thread spin.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly SocketConnectionContextFactory _connections;
    private readonly IConnectionGate _gate;
    private readonly ILogger _logger;

    /// <param name="socket">Bound and listening; the listener's from now on.</param>
    /// <param name="connections">Makes Kestrel's connections; the listener's from now on.</param>
    /// <param name="gate">Belongs to the host.</param>
    /// <param name="logger">Where refusals are logged.</param>
    public GatedListener(Socket socket, SocketConnectionContextFactory connections, IConnectionGate gate, ILogger logger)
    {
        _socket = socket;
        _connections = connections;
        _gate = gate;
        _logger = logger;
        EndPoint = socket.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    /// <returns>Null when the listener has ended.</returns>
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
                RpcLog.AcceptFailed(_logger, exception, EndPoint);
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
        ConnectionContext? connection = null;
        try
        {
            var remote = RpcConnection.Unmapped(accepted.RemoteEndPoint);
            admitted.Admission = _gate.Admit(remote, () =>
            {
                // On behalf of the connection that takes this one's place, which must not wait for a log: it is told when this one has
                // ended. Connections come in one after another, so that this one is there before the next can take its place.
                admitted.IsClosedByGate = true;
                connection?.Abort(new ConnectionAbortedException("The connection gate closed the connection."));
            });
            if (admitted.Admission is null)
            {
                RpcLog.ConnectionWasRefusedByGate(_logger, remote);
                RpcMetrics.Refused("admission");
                Reset(accepted);
                return null;
            }

            accepted.NoDelay = true;
            KeepAlive.Enable(accepted);
            connection = _connections.Create(accepted);
            connection.Features.Set(admitted);
            return connection;
        }
        catch (SocketException)
        {
            // Reset while it waited in the kernel's queue.
            admitted.Admission?.Left();
            accepted.Dispose();
            return null;
        }
    }

    /// <summary>Nothing of it stays behind, neither here nor in the kernel.</summary>
    private static void Reset(Socket accepted)
    {
        accepted.LingerState = new LingerOption(true, 0);
        accepted.Dispose();
    }
}
