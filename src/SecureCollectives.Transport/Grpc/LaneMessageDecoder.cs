using System.Buffers;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// Takes the lane's bytes out of messages, as they come: nothing of a message is held, its header lives in four fields. Fields of other
/// numbers are refused, and so is a second one: a lane has no use for them, and what nobody reads should not pass.
/// </summary>
internal sealed class LaneMessageDecoder
{
    /// <summary>
    /// Bytes that may come without one of the lane's among them. Empty messages are messages, but a stream of nothing else would keep its
    /// reader for ever; an honest sender has no use for more than a few.
    /// </summary>
    public const int MaxBytesWithoutData = 4096;

    private int _bytesWithoutData;
    private int _headerBytes;
    private uint _length;
    private uint _count;
    private int _left;

    /// <summary>Whether the stream may end here.</summary>
    public bool IsBetweenMessages => _headerBytes == 0 && _left == 0;

    /// <summary>Decodes as much as there is room for.</summary>
    /// <param name="source">What came; moved on by what was decoded.</param>
    /// <param name="destination">Where the lane's bytes go.</param>
    /// <param name="written">How many went there.</param>
    /// <returns>False: this is no such message, and nothing after it can be read.</returns>
    public bool TryDecode(ref ReadOnlySequence<byte> source, Span<byte> destination, out int written)
    {
        written = 0;
        while (!source.IsEmpty)
        {
            if (_left > 0)
            {
                var count = (int)Math.Min(Math.Min(_left, destination.Length - written), source.Length);
                if (count == 0)
                {
                    return true;
                }

                source.Slice(0, count).CopyTo(destination[written..]);
                source = source.Slice(count);
                written += count;
                _left -= count;
                _bytesWithoutData = 0;
                continue;
            }

            if (++_bytesWithoutData > MaxBytesWithoutData || !TryTakeHeaderByte(source.FirstSpan[0]))
            {
                return false;
            }

            source = source.Slice(1);
        }

        return true;
    }

    private bool TryTakeHeaderByte(byte next)
    {
        var at = _headerBytes++;
        switch (at)
        {
            case 0:
                _length = 0;
                _count = 0;
                return next == LaneMessageFormat.Flag;
            case < LaneMessageFormat.TagOffset:
                _length = (_length << 8) | next;
                if (at < LaneMessageFormat.TagOffset - 1)
                {
                    return true;
                }

                if (_length == 0)
                {
                    _headerBytes = 0;
                }

                return _length <= LaneMessageFormat.MaxLength;
            case LaneMessageFormat.TagOffset:
                return next == LaneMessageFormat.Tag;
            default:
                return TryTakeVarintByte(at - LaneMessageFormat.VarintOffset, next);
        }
    }

    private bool TryTakeVarintByte(int at, byte next)
    {
        _count |= (uint)(next & ~LaneMessageFormat.VarintMore) << (at * LaneMessageFormat.VarintBits);
        if ((next & LaneMessageFormat.VarintMore) != 0)
        {
            return at + 1 < LaneMessageFormat.MaxVarintLength;
        }

        // The field fills the message: nothing stands beside it. The count is at most four times seven bits long, so that this cannot
        // overflow.
        _headerBytes = 0;
        _left = (int)_count;
        return _length == LaneMessageFormat.VarintOffset - LaneMessageFormat.TagOffset + at + 1 + _count;
    }
}
