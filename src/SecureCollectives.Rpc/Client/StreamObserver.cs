using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc;

/// <summary>
/// Looks at the first bytes the peer sends over HTTP/2's stream: whether any came tells a refusal from a loss, and what
/// they are tells a gRPC server from another one.
/// </summary>
internal sealed class StreamObserver
{
    private int _received;
    private volatile bool _isForeign;

    public bool HasReceived => Volatile.Read(ref _received) > 0;

    /// <summary>Whether the peer's first frame is not the SETTINGS frame that every HTTP/2 server begins with (RFC 9113, section 3.4).</summary>
    public bool IsForeign => _isForeign;

    public async ValueTask<int> ObserveAsync(ValueTask<int> read, Memory<byte> buffer)
    {
        int count = await read.ConfigureAwait(false);
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
