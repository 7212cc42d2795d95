using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Leads every admitted connection into the server: through the TLS handshake, or past the plaintext preface check, to HTTP/2. Always
/// tells the gate when the connection has ended.
/// </summary>
internal sealed class ConnectionMiddleware(RpcListener listener, RpcHostOptions options, RefusalLog refusals)
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
                await new TlsMiddleware(listener, options, refusals).InvokeAsync(context, local, remote, admitted?.Admission, http2)
                    .ConfigureAwait(false);
            }
            else
            {
                var connection = new RpcConnection(local, remote, admitted?.Admission)
                {
                    MustProveItself = listener.Unauthenticated is not null,
                    OnAbort = () => context.Abort(new ConnectionAbortedException("A handler closed the connection.")),
                };
                await new PlaintextMiddleware(options.HandshakeTimeout, listener.Unauthenticated, refusals)
                    .InvokeAsync(context, connection, admitted?.Admission, http2).ConfigureAwait(false);
            }
        }
        finally
        {
            admitted?.Admission!.Left();
            if (admitted is { IsClosedByGate: true })
            {
                refusals.ClosedByGate(remote);
            }
        }
    }
}
