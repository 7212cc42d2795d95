using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Reads a connection for HTTP/2, and cuts it off if an unauthenticated peer exceeds its limit. As a result, only authenticated peers can
/// fill HTTP/2's windows, which are sized for them.
/// </summary>
internal sealed class UnauthenticatedReader(PipeReader inner, RpcConnection connection, int limit, RefusalLog refusals) : PipeReader
{
    private ReadOnlySequence<byte> _current;
    private long _consumed;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        connection.IsUnauthenticated ? ReadCountedAsync(cancellationToken) : inner.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result) && (!connection.IsUnauthenticated || Count(result));

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (connection.IsUnauthenticated)
        {
            _consumed += _current.Slice(0, consumed).Length;
            _current = default;
        }

        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> ReadCountedAsync(CancellationToken cancellationToken)
    {
        var result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        Count(result);
        return result;
    }

    private bool Count(in ReadResult result)
    {
        _current = result.Buffer;
        if (_consumed + _current.Length > limit && connection.IsUnauthenticated)
        {
            connection.Abort();
            refusals.UnauthenticatedPeerSentTooMuch(connection.Remote, limit);
            throw new ConnectionAbortedException($"More than {limit} bytes arrived before the peer had authenticated.");
        }

        return true;
    }
}
