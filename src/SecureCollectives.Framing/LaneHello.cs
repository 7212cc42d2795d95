using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>
/// The first bytes of a connection that is to become a lane, under every protection: the link id, the lane number, and a proof that the
/// sender holds the lane's hello key.
/// </summary>
/// <remarks>
/// <code>
///  0                       4           5           6           8
/// +-----------------------+-----------+-----------+-----------+
/// |     magic "SCL1"      |  version  |   zero    |   lane    |
/// +-----------------------+-----------+-----------+-----------+
/// |                     link id (16 bytes)                    |
/// +-----------------------------------------------------------+
/// |   proof (32 bytes): HMAC-SHA256 over the 24 bytes above   |
/// +-----------------------------------------------------------+
/// </code>
/// The acceptor answers with 32 bytes: HMAC-SHA256 over all 56 bytes under the other direction's hello key.
/// </remarks>
internal static class LaneHello
{
    public const uint Magic = 0x53434C31;
    public const byte Version = 1;

    public const int LinkIdLength = 16;
    public const int ProofLength = 32;
    public const int SignedLength = 24;

    /// <summary>The length of a hello in bytes.</summary>
    public const int Length = SignedLength + ProofLength;

    /// <summary>The length of the acceptor's answer in bytes.</summary>
    public const int AnswerLength = 32;

    private const int VersionOffset = 4;
    private const int ReservedOffset = 5;
    private const int LaneOffset = 6;
    private const int LinkIdOffset = 8;

    /// <summary>Writes the 24 bytes that the proof covers.</summary>
    public static void WriteSigned(ushort lane, ReadOnlySpan<byte> linkId, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(linkId.Length, LinkIdLength);
        BinaryPrimitives.WriteUInt32BigEndian(destination, Magic);
        destination[VersionOffset] = Version;
        destination[ReservedOffset] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination[LaneOffset..], lane);
        linkId.CopyTo(destination[LinkIdOffset..SignedLength]);
    }

    /// <summary>Reads the lane and link that a connection claims. The claim proves nothing until its proof has been verified.</summary>
    public static FrameReadStatus TryRead(ReadOnlySpan<byte> hello, out ushort lane, out ReadOnlySpan<byte> linkId)
    {
        lane = 0;
        linkId = default;
        if (hello.Length != Length)
        {
            return FrameReadStatus.WrongLength;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(hello) != Magic || hello[VersionOffset] != Version)
        {
            return FrameReadStatus.UnknownVersion;
        }

        if (hello[ReservedOffset] != 0)
        {
            return FrameReadStatus.ReservedBitsSet;
        }

        lane = BinaryPrimitives.ReadUInt16BigEndian(hello[LaneOffset..]);
        linkId = hello[LinkIdOffset..SignedLength];
        return FrameReadStatus.Ok;
    }
}
