using System.Buffers;

namespace SecureCollectives.Transport.Grpc;

/// <summary>
/// Extracts the lane's bytes from gRPC messages as they arrive: messages are not buffered, and the header is held in four fields. Other
/// fields and repeated fields are refused: a lane does not use them, and no bytes may pass unread.
/// </summary>
internal sealed class LaneMessageDecoder
{
    /// <summary>
    /// The number of bytes that may arrive without data for the lane. Empty messages are valid, but an endless stream of them would tie up
    /// the reader; an honest sender needs only a few.
    /// </summary>
    public const int MaxBytesWithoutData = 4096;

    private int _bytesWithoutData;
    private int _headerBytes;
    private uint _length;
    private uint _count;
    private int _left;

    /// <summary>Whether the stream may end here.</summary>
    public bool IsBetweenMessages => _headerBytes == 0 && _left == 0;

    /// <summary>Decodes as many bytes as there is room for.</summary>
    /// <param name="source">The bytes received; advanced past those decoded.</param>
    /// <param name="destination">Receives the bytes of the lane that the messages carry.</param>
    /// <param name="written">The number of bytes written to the destination.</param>
    /// <returns>False if the message is not valid; nothing after it can be read.</returns>
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

        // The field must fill the message. The count has at most four times seven bits, so the sum cannot overflow.
        _headerBytes = 0;
        _left = (int)_count;
        return _length == LaneMessageFormat.VarintOffset - LaneMessageFormat.TagOffset + at + 1 + _count;
    }
}
