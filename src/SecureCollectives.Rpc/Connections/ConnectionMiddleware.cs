using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>
/// The way of every connection into the server: gate, then TLS or the HTTP/2 preface, then HTTP/2. The gate hears of the connection's end however
/// it ends.
/// </summary>
internal sealed class ConnectionMiddleware(RpcListener listener, TimeSpan handshakeTimeout, ILogger logger)
{
    public async Task InvokeAsync(ConnectionContext context, ConnectionDelegate http2)
    {
        IPEndPoint remote = Unmapped(context.RemoteEndPoint);
        IAdmission? admission = null;
        var isClosedByGate = false;
        if (listener.Gate is { } gate)
        {
            admission = gate.Admit(remote, () =>
            {
                // On the thread of the connection that takes this one's place, which must not wait for a log: it is told below.
                Volatile.Write(ref isClosedByGate, true);
                context.Abort(new ConnectionAbortedException("The connection gate closed the connection."));
            });
            if (admission is null)
            {
                RpcLog.ConnectionWasRefusedByGate(logger, remote);
                context.Abort(new ConnectionAbortedException("The connection gate refused the connection."));
                return;
            }
        }

        try
        {
            IPEndPoint local = Unmapped(context.LocalEndPoint);
            if (listener.Tls is { } tls)
            {
                await new TlsMiddleware(tls, handshakeTimeout, listener, logger).InvokeAsync(context, local, remote, admission, http2).ConfigureAwait(false);
            }
            else
            {
                var connection = new RpcConnection(local, remote, admission)
                {
                    MustProveItself = listener.Unauthenticated is not null,
                    OnAbort = () => context.Abort(new ConnectionAbortedException("A handler closed the connection.")),
                };
                await new PlaintextMiddleware(handshakeTimeout, listener.Unauthenticated, logger).InvokeAsync(context, connection, http2).ConfigureAwait(false);
            }
        }
        finally
        {
            admission?.Left();
            if (Volatile.Read(ref isClosedByGate))
            {
                RpcLog.ConnectionWasClosedByGate(logger, remote);
            }
        }
    }

    /// <summary>A dual-mode socket reports IPv4 peers as ::ffff:a.b.c.d; everybody else knows them as a.b.c.d.</summary>
    private static IPEndPoint Unmapped(EndPoint? endPoint) =>
        endPoint is not IPEndPoint ip ? throw new InvalidOperationException("Only TCP connections are served.")
        : ip.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port)
        : ip;
}
