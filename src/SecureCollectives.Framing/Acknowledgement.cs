using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>
/// The payload of an acknowledgement, 8 bytes: the number of data, descriptor and message frames that the receiver has applied on this lane
/// since its communicator was opened. Acknowledgements are cumulative: the newest supersedes all earlier ones.
/// </summary>
/// <param name="Applied">The number of frames applied on this lane since the communicator was opened.</param>
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
