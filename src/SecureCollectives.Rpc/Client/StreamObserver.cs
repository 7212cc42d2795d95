using System.Runtime.CompilerServices;
using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>
/// Looks at the first bytes the peer sends over HTTP/2's stream: whether any came tells a refusal from a loss, and what
/// they are tells a gRPC server from another one. Also notes the end of the stream, so that no new call starts on it.
/// </summary>
internal sealed class StreamObserver
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;
    private volatile bool _isForeign;

    public bool HasReceived => Volatile.Read(ref _received) > 0;

    /// <summary>Whether the peer's first frame is not the SETTINGS frame that every HTTP/2 server begins with (RFC 9113, section 3.4).</summary>
    public bool IsForeign => _isForeign;

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

        int before = _received;
        if (before <= Http2Frame.TypeOffset)
        {
            int at = Http2Frame.TypeOffset - before;
            if (count > at && buffer.Span[at] != Http2Frame.Settings)
            {
                _isForeign = true;
            }

            Volatile.Write(ref _received, before + count);
        }

        return count;
    }
}
