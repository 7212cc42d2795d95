using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace SecureCollectives.Rpc;

/// <summary>
/// Puts TLS between a connection and HTTP/2. HTTP/2 starts, and the first response byte can be sent, only after the handshake has succeeded
/// by the rules of the listener's options. If a certificate alone is not sufficient, the limits of an unauthenticated connection apply from
/// the start of HTTP/2.
/// </summary>
/// <param name="listener">The listener, which must have TLS options.</param>
/// <param name="handshakeTimeout">The time within which a handshake must complete, from the start of the connection's TLS.</param>
/// <param name="logger">The logger for connections that are refused.</param>
internal sealed class TlsMiddleware(RpcListener listener, TimeSpan handshakeTimeout, ILogger logger)
{
    private readonly UnauthenticatedLimits? _limits = listener.Unauthenticated;
    private readonly LogThrottle _throttle = new(TimeProvider.System);

    public async Task InvokeAsync(
        ConnectionContext context, IPEndPoint local, IPEndPoint remote, IAdmission? admission, ConnectionDelegate http2)
    {
        var limit = listener.TlsLimit?.Invoke();
        var limited = limit is null ? null : new LimitedStream(new DuplexPipeStream(context.Transport), limit, admission);
        var stream = new SslStream(limited ?? (Stream)new DuplexPipeStream(context.Transport), leaveInnerStreamOpen: false);
        await using (stream.ConfigureAwait(false))
        {
            if (await HandshakeAsync(context, stream, remote).ConfigureAwait(false))
            {
                limited?.CompleteHandshake();
                var connection = new RpcConnection(local, remote, admission, stream)
                {
                    TlsLimit = limit,
                    MustProveItself = _limits is not null,
                    OnAbort = () => context.Abort(new ConnectionAbortedException("A handler closed the connection.")),
                };
                await AdmitAsync(context, stream, connection, http2).ConfigureAwait(false);
                if (limited?.Excess is { } excess)
                {
                    RpcLog.PeerExceededItsLimit(logger, remote, excess);
                    RpcMetrics.Refused("limit");
                }
            }
        }
    }

    /// <summary>Serves a peer whose certificate was accepted, unless the listener's peer gate refuses it.</summary>
    private async Task AdmitAsync(ConnectionContext context, SslStream stream, RpcConnection connection, ConnectionDelegate http2)
    {
        if (listener.Peers is not { } peers)
        {
            await ServeAsync(context, stream, connection, http2).ConfigureAwait(false);
            return;
        }

        if (!peers.TryEnter(connection, out var refusal))
        {
            if (_throttle.MayLog(connection.Remote.Address.ToString(), refusal))
            {
                RpcLog.PeerWasRefused(logger, connection.Remote, refusal);
            }

            RpcMetrics.Refused("admission");
            connection.Abort();
            return;
        }

        try
        {
            await ServeAsync(context, stream, connection, http2).ConfigureAwait(false);
        }
        finally
        {
            peers.Left(connection);
        }
    }

    private async Task ServeAsync(ConnectionContext context, SslStream stream, RpcConnection connection, ConnectionDelegate http2)
    {
        if (_limits is null)
        {
            connection.MarkAuthenticated();
        }

        using var deadline = _limits is null ? null : new AuthenticationDeadline(context, connection, _limits, logger);
        context.Features.Set(connection);
        context.Features.Set<ITlsConnectionFeature>(new TlsConnectionFeature(connection.PeerCertificate));
        context.Features.Set<ITlsApplicationProtocolFeature>(new TlsApplicationProtocolFeature(stream.NegotiatedApplicationProtocol));

        var plain = context.Transport;
        var secured = new TlsTransport(stream);
        try
        {
            var metered = new MeteredTransport(secured, connection, logger);
            context.Transport = _limits is null ? metered : new UnauthenticatedTransport(metered, connection, _limits.Bytes, logger);
            await http2(context).ConfigureAwait(false);
        }
        finally
        {
            // Completing flushes what HTTP/2 left in the pipe, before the stream sends close_notify.
            context.Transport = plain;
            await secured.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> HandshakeAsync(ConnectionContext context, SslStream stream, IPEndPoint remote)
    {
        RpcHandshake? handshake = null;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed);
        deadline.CancelAfter(handshakeTimeout);
        try
        {
            var handshaking = stream.AuthenticateAsServerAsync(
                async (_, hello, _, cancellationToken) =>
                {
                    handshake = new RpcHandshake(remote, hello.ServerName.Length == 0 ? null : hello.ServerName);
                    var options = await listener.Tls!(handshake, cancellationToken).ConfigureAwait(false);
                    options.ApplicationProtocols = [SslApplicationProtocol.Http2];
                    return options;
                },
                state: null,
                deadline.Token);
            await handshaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // Leaves the handshake thread, however this handshake has ended, before anything that may take time: a log, or HTTP/2.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await handshaking.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.ConnectionClosed.IsCancellationRequested)
        {
            RpcLog.HandshakeTimedOut(logger, remote, handshakeTimeout.TotalSeconds);
            RpcMetrics.Refused("late");
            context.Abort(new ConnectionAbortedException("The TLS handshake took too long."));
            return false;
        }
        catch (OperationCanceledException)
        {
            Ended(remote);
            return false;
        }
        catch (IOException) when (handshake?.Refusal is null)
        {
            Ended(remote);
            return false;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            Failed(remote, handshake?.Refusal ?? exception.InnerException?.Message ?? exception.Message, handshake?.RefusalKind);
            RpcMetrics.Refused(handshake?.Refusal is null ? "tls" : "certificate");
            return false;
        }
#pragma warning disable CA1031 // The delegate is the caller's; without options the connection must close, not the listener.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RpcLog.HandshakeOptionsFailed(logger, exception, remote);
            RpcMetrics.Refused("internal-error");
            return false;
        }

        if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            Failed(remote, "the client did not offer HTTP/2 by ALPN", null);
            RpcMetrics.Refused("protocol");
            return false;
        }

        return true;
    }

    /// <summary>A peer that is refused may come again and again: it is logged once, and then rarely.</summary>
    private void Failed(IPEndPoint remote, string reason, string? kind)
    {
        listener.HandshakeFailed?.Invoke(remote, reason);
        if (_throttle.MayLog(remote.Address.ToString(), kind ?? reason))
        {
            RpcLog.HandshakeFailed(logger, remote, reason);
        }
    }

    private void Ended(IPEndPoint remote)
    {
        listener.HandshakeFailed?.Invoke(remote, "It ended the connection; it may have refused this worker's certificate, see its log.");
        if (_throttle.MayLog(remote.Address.ToString(), "ended"))
        {
            RpcLog.HandshakeEnded(logger, remote);
        }
    }
}
