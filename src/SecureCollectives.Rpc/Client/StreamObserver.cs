using System.Runtime.CompilerServices;

namespace SecureCollectives.Rpc;

/// <summary>
/// Observes what the peer sends on the stream beneath HTTP/2. Whether any byte has arrived distinguishes a refusal from a loss; the first
/// frame distinguishes HTTP/2 from other protocols. Also records the end of the stream, and ends it if the peer sends too many bytes that
/// carry no data.
/// </summary>
/// <param name="allowance">The limit on the bytes without data that the peer may send over HTTP/2.</param>
/// <param name="limit">The limit on the bytes that the peer may send inside TLS without progress; null for no limit.</param>
internal sealed class StreamObserver(Http2Allowance allowance, IReceiveLimit? limit = null)
{
    /// <summary>The offset of a frame's type (RFC 9113, section 4.1), and the type of SETTINGS.</summary>
    private const int TypeOffset = 3;
    private const byte Settings = 4;

    private readonly Http2Meter _meter = new(allowance, prefaceLength: 0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;
    private volatile bool _isForeign;
    private volatile bool _isFlooded;

    public bool HasReceived => Volatile.Read(ref _received) > 0;

    /// <summary>
    /// Whether the peer's first frame is something other than the SETTINGS frame that every HTTP/2 server sends first (RFC 9113, section
    /// 3.4).
    /// </summary>
    public bool IsForeign => _isForeign;

    /// <summary>Whether the peer has exceeded its allowance of bytes without data.</summary>
    public bool IsFlooded => _isFlooded;

    /// <summary>Completes when the peer closes the stream, a read fails, or HTTP/2 disposes the stream.</summary>
    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ObserveAsync(ValueTask<int> read, Memory<byte> buffer)
    {
        int count;
        try
        {
            count = await read.ConfigureAwait(false);
        }
        catch
        {
            End();
            throw;
        }

        if (count == 0 && buffer.Length > 0)
        {
            End();
        }

        limit?.Earn(count);
        if (!_meter.TryTake(buffer.Span[..count]))
        {
            _isFlooded = true;
            End();
            throw new IOException($"The peer sent more than {Http2Allowance.Capacity} bytes that carry no data.");
        }

        var before = _received;
        if (before <= TypeOffset)
        {
            var at = TypeOffset - before;
            if (count > at && buffer.Span[at] != Settings)
            {
                _isForeign = true;
            }

            Volatile.Write(ref _received, before + count);
        }

        return count;
    }
}
