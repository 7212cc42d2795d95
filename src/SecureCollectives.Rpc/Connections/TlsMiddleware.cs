using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace SecureCollectives.Rpc;

/// <summary>
/// Inserts TLS between a connection and HTTP/2. HTTP/2 starts, and the first response byte can be sent, only after a handshake that
/// satisfies the listener's TLS options. If a certificate alone is not sufficient, the limits on unauthenticated connections apply from
/// the start of HTTP/2.
/// </summary>
/// <param name="listener">The listener, which must have TLS options.</param>
/// <param name="options">The host's options: the handshake time limit and the peer gate.</param>
/// <param name="refusals">The host's log.</param>
internal sealed class TlsMiddleware(RpcListener listener, RpcHostOptions options, RefusalLog refusals)
{
    private readonly UnauthenticatedLimits? _limits = listener.Unauthenticated;

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
                    refusals.PeerExceededItsLimit(remote, excess);
                }
            }
        }
    }

    /// <summary>Serves a peer whose certificate was accepted, unless the host's peer gate refuses it.</summary>
    private async Task AdmitAsync(ConnectionContext context, SslStream stream, RpcConnection connection, ConnectionDelegate http2)
    {
        if (options.Peers is not { } peers)
        {
            await ServeAsync(context, stream, connection, http2).ConfigureAwait(false);
            return;
        }

        if (!peers.TryEnter(connection, out var refusal))
        {
            refusals.PeerWasRefused(connection.Remote, refusal);
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

        using var deadline = _limits is null ? null : new AuthenticationDeadline(context, connection, _limits, refusals);
        context.Features.Set(connection);
        context.Features.Set<ITlsConnectionFeature>(new TlsConnectionFeature(connection.PeerCertificate));
        context.Features.Set<ITlsApplicationProtocolFeature>(new TlsApplicationProtocolFeature(stream.NegotiatedApplicationProtocol));

        var plain = context.Transport;
        var secured = new TlsTransport(stream);
        var metered = new MeteredTransport(secured, connection, refusals);
        try
        {
            context.Transport = _limits is null ? metered : new UnauthenticatedTransport(metered, connection, _limits.Bytes, refusals);
            await http2(context).ConfigureAwait(false);
        }
        finally
        {
            // Completing flushes what HTTP/2 left in the pipe before the stream sends close_notify.
            context.Transport = plain;
            await secured.CompleteAsync().ConfigureAwait(false);
            if (metered.PeerLeftAtOnce)
            {
                listener.PeerLeftAtOnce?.Invoke(connection);
                refusals.PeerLeftAtOnce(connection.Remote);
            }
        }
    }

    private async Task<bool> HandshakeAsync(ConnectionContext context, SslStream stream, IPEndPoint remote)
    {
        RpcHandshake? handshake = null;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed);
        deadline.CancelAfter(options.HandshakeTimeout);
        try
        {
            var handshaking = stream.AuthenticateAsServerAsync(
                async (_, hello, _, cancellationToken) =>
                {
                    handshake = new RpcHandshake(remote, hello.ServerName.Length == 0 ? null : hello.ServerName);
                    var tls = await listener.Tls!(handshake, cancellationToken).ConfigureAwait(false);
                    tls.ApplicationProtocols = [SslApplicationProtocol.Http2];
                    return tls;
                },
                state: null,
                deadline.Token);
            await handshaking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // However the handshake ended, leave the handshake thread before anything that may take time, such as logging or HTTP/2.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await handshaking.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.ConnectionClosed.IsCancellationRequested)
        {
            refusals.HandshakeTimedOut(remote, options.HandshakeTimeout);
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
            Failed(
                remote,
                handshake?.Refusal ?? exception.InnerException?.Message ?? exception.Message,
                handshake?.RefusalKind,
                handshake?.Refusal is null ? "tls" : "certificate");
            return false;
        }
#pragma warning disable CA1031 // The delegate is the caller's; without options the connection must close, not the listener.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            refusals.HandshakeOptionsFailed(remote, exception);
            return false;
        }

        if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            Failed(remote, "the client did not offer HTTP/2 through ALPN", null, "protocol");
            return false;
        }

        return true;
    }

    private void Failed(IPEndPoint remote, string reason, string? kind, string metric)
    {
        listener.HandshakeFailed?.Invoke(remote, reason);
        refusals.HandshakeFailed(remote, reason, kind, metric);
    }

    private void Ended(IPEndPoint remote)
    {
        listener.HandshakeFailed?.Invoke(remote, "It ended the connection; it may have refused this worker's certificate. See its log.");
        refusals.HandshakeEnded(remote);
    }
}
