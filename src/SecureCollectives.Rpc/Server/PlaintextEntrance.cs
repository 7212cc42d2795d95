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
internal sealed class PlaintextEntrance(TimeSpan timeout, ILogger logger)
{
    public async Task EnterAsync(ConnectionContext context, RpcConnection connection, ConnectionDelegate http)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.ConnectionClosed);
        deadline.CancelAfter(timeout);
        bool speaksHttp2;
        try
        {
            speaksHttp2 = await ReadPrefaceAsync(context.Transport.Input, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            CutOff(context, connection.Remote);
            return;
        }
        catch (IOException)
        {
            // The peer reset the connection before it said anything of use.
            return;
        }

        context.Features.Set(connection);
        if (speaksHttp2)
        {
            await http(context).ConfigureAwait(false);
            return;
        }

        // Kestrel tells an HTTP/1 client in its own words that this is HTTP/2; anything else gets no longer than the rest of its time.
        RpcLog.PeerSpokeNoHttp2(logger, connection.Remote);
        using CancellationTokenRegistration cutOff = deadline.Token.Register(() => CutOff(context, connection.Remote));
        await http(context).ConfigureAwait(false);
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
