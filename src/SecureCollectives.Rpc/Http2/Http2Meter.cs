using System.Buffers;

namespace SecureCollectives.Rpc;

/// <summary>
/// Charges the bytes that a peer sends over an HTTP/2 connection to the connection's <see cref="Http2Allowance"/>. Not thread-safe: the
/// reads on a connection are sequential.
/// </summary>
internal sealed class Http2Meter(Http2Allowance allowance, int prefaceLength)
{
    /// <summary>The cost of a reset call, in bytes: however little data it carried, starting it was wasted work.</summary>
    private const int ResetCost = 256;

    private readonly Http2FrameScanner _scanner = new(prefaceLength);

    /// <summary>Meters the next bytes received.</summary>
    /// <returns>False if too many bytes without data have arrived, so that the connection must be closed.</returns>
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
