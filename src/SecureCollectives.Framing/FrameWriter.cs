using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>Writes frame headers.</summary>
internal static class FrameWriter
{
    /// <summary>Writes the <see cref="FrameFormat.HeaderLength"/> bytes of a header.</summary>
    /// <exception cref="ArgumentException">The destination is too short, or the payload is too long for a frame.</exception>
    public static void WriteHeader(in FrameHeader header, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)header.Length, (uint)FrameFormat.MaxPayloadLength, nameof(header));
        destination[FrameFormat.VersionOffset] = FrameFormat.Version;
        destination[FrameFormat.KindOffset] = (byte)header.Kind;
        destination[FrameFormat.PhaseOffset] = (byte)header.Phase;
        destination[FrameFormat.FlagsOffset] = 0;
        BinaryPrimitives.WriteInt32BigEndian(destination[FrameFormat.LengthOffset..], header.Length);
        BinaryPrimitives.WriteUInt64BigEndian(destination[FrameFormat.CounterOffset..], header.Counter);
        BinaryPrimitives.WriteUInt64BigEndian(destination[FrameFormat.OperationOffset..], header.Operation);
        BinaryPrimitives.WriteUInt32BigEndian(destination[FrameFormat.StepOffset..], header.Step);
        BinaryPrimitives.WriteUInt32BigEndian(destination[FrameFormat.ChunkOffset..], header.Chunk);
    }
}
