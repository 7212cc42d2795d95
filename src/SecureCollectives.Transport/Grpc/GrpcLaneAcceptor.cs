using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SecureCollectives.Framing;
using SecureCollectives.Rpc;
using SecureCollectives.Security.Keys;
using SecureCollectives.Transport.Lanes;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// Serves Lanes.Attach: after the hello and its answer, the call serves as a lane until that lane is closed. A connection that starts in
/// any other way is closed without a reply.
/// </summary>
internal sealed class GrpcLaneAcceptor(PendingLinks links, TimeSpan helloTimeout, ILogger logger)
{
    private readonly LaneRefusalLog _refusals = new(logger, TimeProvider.System);

    public async Task AttachAsync(LaneCall call, CancellationToken cutOff)
    {
        var lane = new GrpcLane(call);
        if (await ReceiveHelloAsync(lane, call.Connection, cutOff).ConfigureAwait(false) is not { } hello
            || !TryAttach(lane, call.Connection, hello))
        {
            // Only this connection is closed: the pending link stays open for the rightful peer.
            call.Connection.Abort();
            lane.Abort();
            lane.Dispose();
        }

        await lane.Closed.ConfigureAwait(false);
    }

    private async Task<byte[]?> ReceiveHelloAsync(GrpcLane lane, RpcConnection connection, CancellationToken cutOff)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cutOff);
        limit.CancelAfter(helloTimeout);
        var hello = new byte[LaneHello.Length];
        try
        {
            if (await lane.ReceiveAsync(hello, limit.Token).ConfigureAwait(false))
            {
                return hello;
            }
        }
        catch (OperationCanceledException) when (!cutOff.IsCancellationRequested)
        {
            _refusals.HelloWasLate(connection.Remote, connection.Remote.Address, helloTimeout);
            return null;
        }
        catch (OperationCanceledException)
        {
            // The connection was closed, usually because it had already missed its deadline.
        }

        TransportLog.ConnectionEndedBeforeHello(logger, connection.Remote);
        return null;
    }

    private bool TryAttach(GrpcLane lane, RpcConnection connection, byte[] hello)
    {
        Span<byte> answer = stackalloc byte[LaneHello.AnswerLength];
        ReadOnlySpan<byte> leafHash = connection.PeerCertificate is { } leaf ? SHA256.HashData(leaf.RawDataMemory.Span) : default;
        var status = links.Verify(hello, leafHash, answer, out var link, out var number);
        if (status != HelloStatus.Ok)
        {
            _refusals.HelloWasRefused(connection.Remote, connection.Remote.Address, status);
            return false;
        }

        connection.MarkAuthenticated();
        if (lane.TrySend(answer, default, out _) != LaneOutcome.Moved)
        {
            TransportLog.ConnectionEndedBeforeHello(logger, connection.Remote);
            return false;
        }

        try
        {
            link!.Attach(number, lane);
            TransportLog.LaneWasConnected(logger, number, connection.Remote);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException or ObjectDisposedException)
        {
            // This machine's OpenSSL does not support the suite, or the link has just been given up. Only this connection ends.
            TransportLog.LaneWasNotAttached(logger, exception, number, connection.Remote);
            return false;
        }
    }
}
