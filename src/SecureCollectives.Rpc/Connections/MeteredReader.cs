using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace SecureCollectives.Rpc;

/// <summary>
/// Reads a connection for HTTP/2, and closes it if the peer sends too many bytes without data. See <see cref="Http2Allowance"/>.
/// </summary>
internal sealed class MeteredReader(PipeReader inner, RpcConnection connection, RefusalLog refusals) : PipeReader
{
    private readonly Http2Meter _meter = new(connection.Allowance, Http2FrameScanner.ClientPrefaceLength);
    private ReadOnlySequence<byte> _current;

    // The number of bytes that were metered but left unconsumed in the pipe: the next read returns them again.
    private long _metered;

    private bool _hasReceived;

    /// <summary>Whether the peer ended the connection before it sent anything.</summary>
    public bool PeerLeftAtOnce { get; private set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            Meter(result);
            return result;
        }
        catch (IOException exception) when (
            !_hasReceived && exception.InnerException is not (AuthenticationException or ConnectionAbortedException))
        {
            PeerLeftAtOnce = true;
            throw;
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        Meter(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _metered -= _current.Slice(0, consumed).Length;
        _current = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private void Meter(in ReadResult result)
    {
        _current = result.Buffer;
        var fresh = _current.Slice(_metered);
        _metered = _current.Length;
        _hasReceived |= _metered > 0;
        PeerLeftAtOnce = result.IsCompleted && !_hasReceived;
        connection.TlsLimit?.Earn((int)fresh.Length);
        if (_meter.TryTake(fresh))
        {
            return;
        }

        refusals.PeerSentTooMuchWithoutData(connection.Remote, Http2Allowance.Capacity);
        connection.Abort();
        throw new ConnectionAbortedException($"More than {Http2Allowance.Capacity} bytes arrived that carry no data.");
    }
}
