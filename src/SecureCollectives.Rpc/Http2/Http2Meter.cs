using System.Buffers;

namespace SecureCollectives.Rpc;

/// <summary>
/// Holds what a peer sends over one HTTP/2 connection against the connection's <see cref="Http2Allowance"/>. The reads of a connection
/// follow each other: one thread at a time.
/// </summary>
internal sealed class Http2Meter(Http2Allowance allowance, int prefaceLength)
{
    /// <summary>What a call that is reset costs, in bytes: it was begun for nothing, however few bytes of data it had.</summary>
    private const int ResetCost = 256;

    private readonly Http2FrameScanner _scanner = new(prefaceLength);

    /// <summary>Takes the next bytes received.</summary>
    /// <returns>False: too much came that carries no data, and the connection is to be closed.</returns>
    public bool TryTake(ReadOnlySpan<byte> bytes)
    {
        var resets = _scanner.Resets;
        var data = _scanner.CountData(bytes);
        resets = _scanner.Resets - resets;
        allowance.Earn(data);
        return allowance.TrySpend(bytes.Length - data + (resets * ResetCost));
    }

    /// <inheritdoc cref="TryTake(ReadOnlySpan{byte})"/>
    public bool TryTake(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return TryTake(bytes.FirstSpan);
        }

        foreach (var segment in bytes)
        {
            if (!TryTake(segment.Span))
            {
                return false;
            }
        }

        return true;
    }
}
