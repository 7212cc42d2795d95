using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>
/// How many data, descriptor and message frames the receiver has applied on this lane since its link was opened: cumulative, so that the
/// newest says all that those before it said. The payload is that number, 8 bytes.
/// </summary>
/// <param name="Applied">Frames applied.</param>
internal readonly record struct Acknowledgement(ulong Applied)
{
    public const int Length = 8;

    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Applied);

    public static FrameReadStatus TryRead(ReadOnlySpan<byte> source, out Acknowledgement acknowledgement)
    {
        acknowledgement = default;
        if (source.Length != Length)
        {
            return FrameReadStatus.WrongLength;
        }

        acknowledgement = new Acknowledgement(BinaryPrimitives.ReadUInt64BigEndian(source));
        return FrameReadStatus.Ok;
    }
}
