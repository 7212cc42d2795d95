using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>
/// Leads every admitted connection into the server: through TLS or the HTTP/2 preface to HTTP/2. Reports the end of the connection to the
/// gate, however it ends.
/// </summary>
internal sealed class ConnectionMiddleware(RpcListener listener, TimeSpan handshakeTimeout, ILogger logger)
{
    public async Task InvokeAsync(ConnectionContext context, ConnectionDelegate http2)
    {
        var admitted = context.Features.Get<AdmittedConnection>();
        var remote = RpcConnection.Unmapped(context.RemoteEndPoint);
        try
        {
            var local = RpcConnection.Unmapped(context.LocalEndPoint);
            if (listener.Tls is not null)
            {
                await new TlsMiddleware(listener, handshakeTimeout, logger).InvokeAsync(context, local, remote, admitted?.Admission, http2)
                    .ConfigureAwait(false);
            }
            else
            {
                var connection = new RpcConnection(local, remote, admitted?.Admission)
                {
                    MustProveItself = listener.Unauthenticated is not null,
                    OnAbort = () => context.Abort(new ConnectionAbortedException("A handler closed the connection.")),
                };
                await new PlaintextMiddleware(handshakeTimeout, listener.Unauthenticated, logger)
                    .InvokeAsync(context, connection, admitted?.Admission, http2).ConfigureAwait(false);
            }
        }
        finally
        {
            admitted?.Admission!.Left();
            if (admitted is { IsClosedByGate: true })
            {
                RpcLog.ConnectionWasClosedByGate(logger, remote);
                RpcMetrics.Refused("admission");
            }
        }
    }
}
