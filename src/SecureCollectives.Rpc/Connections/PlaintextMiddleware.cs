using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Passes a plaintext connection on to HTTP/2 once it has sent the client preface, within the time limit of a TLS handshake. Kestrel
/// alone would wait minutes for a peer that sends nothing or an incomplete line, and would answer HTTP/1.
/// </summary>
internal sealed class PlaintextMiddleware(TimeSpan timeout, UnauthenticatedLimits? limits, RefusalLog refusals)
{
    /// <summary>The preface that a client sends before its first frame (RFC 9113, section 3.4).</summary>
    private static ReadOnlySpan<byte> ClientPreface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public async Task InvokeAsync(ConnectionContext context, RpcConnection connection, IAdmission? admission, ConnectionDelegate http2)
    {
        using var deadline = limits is null ? null : new AuthenticationDeadline(context, connection, limits, refusals);
        if (await LookAsync(context, connection.Remote).ConfigureAwait(false) is not { } speaksHttp2)
        {
            return;
        }

        if (!speaksHttp2)
        {
            refusals.PeerSpokeNoHttp2(connection.Remote);
            connection.Abort();
            return;
        }

        if (admission is not null && limits is not null)
        {
            try
            {
                await WaitForTurnAsync(context, admission).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return; // The connection ended while it waited.
            }
        }

        context.Features.Set(connection);
        var transport = context.Transport;
        try
        {
            var metered = new MeteredTransport(transport, connection, refusals);
            context.Transport = limits is null ? metered : new UnauthenticatedTransport(metered, connection, limits.Bytes, refusals);
            await http2(context).ConfigureAwait(false);
        }
        finally
        {
            context.Transport = transport;
        }
    }

    /// <summary>
    /// Waits for the connection's turn: even in HTTP/2, processing the bytes of an unauthenticated connection costs processor time.
    /// </summary>
    private static async Task WaitForTurnAsync(ConnectionContext context, IAdmission admission)
    {
        await new HandshakeTurn(admission, context.ConnectionClosed);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    /// <summary>Returns whether the peer speaks HTTP/2; null if it left, or was cut off for not sending the preface in time.</summary>
    private async Task<bool?> LookAsync(ConnectionContext context, IPEndPoint remote)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed);
        deadline.CancelAfter(timeout);
        try
        {
            return await ReadPrefaceAsync(context.Transport.Input, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.ConnectionClosed.IsCancellationRequested)
        {
            refusals.PrefaceTimedOut(remote, timeout);
            context.Abort(new ConnectionAbortedException("No HTTP/2 preface arrived in time."));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The peer left without sending anything useful.
        }

        return null;
    }

    /// <summary>
    /// Reads the preface without consuming it. Returns false at the first byte that differs, or at the end of the stream.
    /// </summary>
    private static async Task<bool> ReadPrefaceAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var verdict = Judge(result.Buffer);
            if (verdict is null && !result.IsCompleted)
            {
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                continue;
            }

            input.AdvanceTo(result.Buffer.Start);
            return verdict ?? false;
        }
    }

    private static bool? Judge(ReadOnlySequence<byte> received)
    {
        var preface = ClientPreface;
        var length = (int)Math.Min(received.Length, preface.Length);
        Span<byte> start = stackalloc byte[length];
        received.Slice(0, length).CopyTo(start);
        return !start.SequenceEqual(preface[..length]) ? false
            : length == preface.Length ? true
            : null;
    }
}
