using System.Runtime.CompilerServices;

namespace SecureCollectives.Rpc;

/// <summary>
/// Looks at the first bytes the peer sends over HTTP/2's stream: whether any came tells a refusal from a loss, and what
/// they are tells a gRPC server from another one. Also notes the end of the stream, so that no new call starts on it, and ends it when the
/// peer has sent too much that carries nothing.
/// </summary>
/// <param name="allowance">What the peer may send over HTTP/2 without data.</param>
/// <param name="limit">What it may send inside TLS, if there is any.</param>
internal sealed class StreamObserver(Http2Allowance allowance, IReceiveLimit? limit = null)
{
    /// <summary>Where a frame's type stands (RFC 9113, section 4.1), and the type of SETTINGS.</summary>
    private const int TypeOffset = 3;
    private const byte Settings = 4;

    private readonly Http2Meter _meter = new(allowance, prefaceLength: 0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;
    private volatile bool _isForeign;
    private volatile bool _isFlooded;

    public bool HasReceived => Volatile.Read(ref _received) > 0;

    /// <summary>
    /// Whether the peer's first frame is not the SETTINGS frame that every HTTP/2 server begins with (RFC 9113, section 3.4).
    /// </summary>
    public bool IsForeign => _isForeign;

    /// <summary>Whether the peer sent more than it may that carries no data.</summary>
    public bool IsFlooded => _isFlooded;

    /// <summary>Completes when the peer has closed the stream, reading from it failed, or HTTP/2 is done with it.</summary>
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
