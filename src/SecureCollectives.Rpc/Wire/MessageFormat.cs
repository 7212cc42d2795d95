using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace SecureCollectives.Rpc.Wire;

/// <summary>
/// One message in an HTTP/2 body ("Length-Prefixed-Message" of the gRPC specification):
/// <code>
///  0        1                                   5
/// +--------+--------+--------+--------+--------+----------------//-+
/// |  flag  |        length, big-endian         |  length bytes     |
/// +--------+--------+--------+--------+--------+----------------//-+
/// </code>
/// The flag is 0, or 1 for a compressed payload. Messages are not aligned with DATA frames.
/// </summary>
internal static class MessageFormat
{
    public const int FlagOffset = 0;
    public const int LengthOffset = 1;
    public const int HeaderSize = 5;

    private const byte NotCompressed = 0;
    private const byte IsCompressed = 1;

    /// <summary>
    /// Looks for one whole message at the start of <paramref name="buffer"/>. The declared length is checked as soon as the
    /// header is there, so an oversized message is refused before its payload is waited for.
    /// </summary>
    public static MessageOutcome TryTake(ReadOnlySequence<byte> buffer, int limit, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (buffer.Length < HeaderSize)
        {
            return MessageOutcome.NeedMore;
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        buffer.Slice(0, HeaderSize).CopyTo(header);
        switch (header[FlagOffset])
        {
            case NotCompressed:
                break;
            case IsCompressed:
                return MessageOutcome.Compressed;
            default:
                return MessageOutcome.BadFlag;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(header[LengthOffset..]);
        if (length > (uint)limit)
        {
            return MessageOutcome.TooLarge;
        }

        if (buffer.Length - HeaderSize < length)
        {
            return MessageOutcome.NeedMore;
        }

        payload = buffer.Slice(HeaderSize, length);
        return MessageOutcome.Message;
    }

    /// <summary>Writes header and payload without flushing. False: the message exceeds the limit and nothing was written.</summary>
    public static bool TryWrite(IBufferWriter<byte> output, IMessage message, int limit)
    {
        int size = message.CalculateSize();
        if (size > limit)
        {
            return false;
        }

        Span<byte> header = output.GetSpan(HeaderSize);
        header[FlagOffset] = NotCompressed;
        BinaryPrimitives.WriteUInt32BigEndian(header[LengthOffset..], (uint)size);
        output.Advance(HeaderSize);
        message.WriteTo(output);
        return true;
    }
}
