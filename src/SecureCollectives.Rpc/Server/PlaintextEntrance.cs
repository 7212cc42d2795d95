using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>
/// Lets a connection without TLS into HTTP/2 when it has sent the client preface, which it must do in the time that a TLS
/// handshake would have. Kestrel alone would wait for minutes for whoever says nothing, or no whole line.
/// </summary>
internal sealed class PlaintextEntrance(TimeSpan timeout, StrangerAllowance? strangers, ILogger logger)
{
    public async Task EnterAsync(ConnectionContext context, RpcConnection connection, ConnectionDelegate http)
    {
        using ProofDeadline? proof = strangers is null ? null : new ProofDeadline(context, connection, strangers, logger);
        if (await LookAsync(context, connection.Remote).ConfigureAwait(false) is not { } speaksHttp2)
        {
            return;
        }

        context.Features.Set(connection);
        if (speaksHttp2)
        {
            await EnterHttp2Async(context, connection, http).ConfigureAwait(false);
            return;
        }

        if (strangers is not null)
        {
            RpcLog.PeerSpokeNoHttp2(logger, connection.Remote);
            connection.Abort();
            return;
        }

        // Kestrel tells an HTTP/1 client in its own words that this is HTTP/2; anything else gets the same time once more.
        RpcLog.PeerSpokeNoHttp2(logger, connection.Remote);
        using var deadline = new CancellationTokenSource(timeout);
        using CancellationTokenRegistration cutOff = deadline.Token.Register(() => CutOff(context, connection.Remote));
        await http(context).ConfigureAwait(false);
    }

    private async Task EnterHttp2Async(ConnectionContext context, RpcConnection connection, ConnectionDelegate http)
    {
        IDuplexPipe transport = context.Transport;
        try
        {
            if (strangers is not null)
            {
                context.Transport = new StrangerTransport(transport, connection, strangers.Bytes, logger);
            }

            await http(context).ConfigureAwait(false);
        }
        finally
        {
            context.Transport = transport;
        }
    }

    /// <summary>Whether the peer speaks HTTP/2; null when it left, or was cut off because it said too little in its time.</summary>
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
            CutOff(context, remote);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The peer left before it said anything of use.
        }

        return null;
    }

    /// <summary>Looks at the preface without taking it. False as soon as a byte differs, or at the end of the stream.</summary>
    private static async Task<bool> ReadPrefaceAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool? verdict = Judge(result.Buffer);
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
        ReadOnlySpan<byte> preface = Http2Frame.ClientPreface;
        int length = (int)Math.Min(received.Length, preface.Length);
        Span<byte> start = stackalloc byte[length];
        received.Slice(0, length).CopyTo(start);
        return !start.SequenceEqual(preface[..length]) ? false
            : length == preface.Length ? true
            : null;
    }

    private void CutOff(ConnectionContext context, IPEndPoint remote)
    {
        RpcLog.PrefaceTimedOut(logger, remote, timeout.TotalSeconds);
        context.Abort(new ConnectionAbortedException("No HTTP/2 came in time."));
    }
}
