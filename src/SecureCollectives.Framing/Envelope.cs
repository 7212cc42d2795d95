using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>A message that lets two ranks match their Send and Receive calls.</summary>
/// <remarks>
/// <code>
///  0           1           2                       4                       8
/// +-----------+-----------+-----------------------+-----------------------+
/// |   kind    |  element  |         zero          |  bytes of an element  |
/// +-----------+-----------+-----------------------+-----------------------+
/// |                          count (elements)                             |
/// +-----------------------------------------------+-----------------------+
/// |                      tag                      |         zero          |
/// +-----------------------------------------------+-----------------------+
/// |                          number of the Receive                        |
/// +-----------------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Kind">Whether the envelope announces a Receive or precedes the data for one.</param>
/// <param name="Element">The type of the elements.</param>
/// <param name="ElementBytes">The size of an opaque element in bytes; 0 if the type implies it.</param>
/// <param name="Count">The number of elements, the same in both ranks' calls.</param>
/// <param name="Tag">The caller's tag; calls match only if their tags are equal.</param>
/// <param name="Call">The number of the Receive call, assigned by the receiving rank.</param>
internal readonly record struct Envelope(EnvelopeKind Kind, ElementCode Element, uint ElementBytes, ulong Count, uint Tag, ulong Call)
{
    public const int Length = 32;

    private const int KindOffset = 0;
    private const int ElementOffset = 1;
    private const int ZeroOffset = 2;
    private const int ElementBytesOffset = 4;
    private const int CountOffset = 8;
    private const int TagOffset = 16;
    private const int SecondZeroOffset = 20;
    private const int CallOffset = 24;

    public void Write(Span<byte> destination)
    {
        destination[KindOffset] = (byte)Kind;
        destination[ElementOffset] = (byte)Element;
        BinaryPrimitives.WriteUInt16BigEndian(destination[ZeroOffset..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ElementBytesOffset..], ElementBytes);
        BinaryPrimitives.WriteUInt64BigEndian(destination[CountOffset..], Count);
        BinaryPrimitives.WriteUInt32BigEndian(destination[TagOffset..], Tag);
        BinaryPrimitives.WriteUInt32BigEndian(destination[SecondZeroOffset..], 0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[CallOffset..], Call);
    }

    public static FrameReadStatus TryRead(ReadOnlySpan<byte> source, out Envelope envelope)
    {
        envelope = default;
        if (source.Length != Length)
        {
            return FrameReadStatus.WrongLength;
        }

        var read = new Envelope(
            (EnvelopeKind)source[KindOffset],
            (ElementCode)source[ElementOffset],
            BinaryPrimitives.ReadUInt32BigEndian(source[ElementBytesOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[CountOffset..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[TagOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[CallOffset..]));
        if (!Enum.IsDefined(read.Kind) || !Enum.IsDefined(read.Element) || read.Element == ElementCode.None)
        {
            return FrameReadStatus.UnknownCode;
        }

        if (BinaryPrimitives.ReadUInt16BigEndian(source[ZeroOffset..]) != 0
            || BinaryPrimitives.ReadUInt32BigEndian(source[SecondZeroOffset..]) != 0)
        {
            return FrameReadStatus.ReservedBitsSet;
        }

        envelope = read;
        return FrameReadStatus.Ok;
    }
}
