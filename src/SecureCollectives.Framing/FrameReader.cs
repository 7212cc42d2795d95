using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>Reads headers and the payloads of control frames. Bytes in, value or status out; nothing is trusted and nothing is kept.</summary>
internal static class FrameReader
{
    /// <summary>Reads a header of exactly <see cref="FrameFormat.HeaderLength"/> bytes and holds its length against the limit of its kind.</summary>
    public static FrameReadStatus TryReadHeader(ReadOnlySpan<byte> source, out FrameHeader header)
    {
        header = default;
        if (source.Length != FrameFormat.HeaderLength)
        {
            return FrameReadStatus.WrongLength;
        }

        if (source[FrameFormat.VersionOffset] != FrameFormat.Version)
        {
            return FrameReadStatus.UnknownVersion;
        }

        var kind = (FrameKind)source[FrameFormat.KindOffset];
        var phase = (FramePhase)source[FrameFormat.PhaseOffset];
        var data = kind == FrameKind.Data;
        if (kind is < FrameKind.Data or > FrameKind.Barrier
            || (data ? phase is < FramePhase.ReduceScatter or > FramePhase.AllGather : phase != FramePhase.None))
        {
            return FrameReadStatus.UnknownCode;
        }

        if (source[FrameFormat.FlagsOffset] != 0)
        {
            return FrameReadStatus.ReservedBitsSet;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(source[FrameFormat.LengthOffset..]);
        if (length > FrameFormat.MaxPayloadLength)
        {
            return FrameReadStatus.TooLong;
        }

        if (!data && length != ControlPayloadLength(kind))
        {
            return FrameReadStatus.WrongLength;
        }

        header = new FrameHeader(
            kind,
            phase,
            (int)length,
            BinaryPrimitives.ReadUInt64BigEndian(source[FrameFormat.CounterOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[FrameFormat.OperationOffset..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[FrameFormat.StepOffset..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[FrameFormat.ChunkOffset..]));
        return FrameReadStatus.Ok;
    }

    /// <summary>The one length that the payload of a control frame has.</summary>
    public static int ControlPayloadLength(FrameKind kind) => kind switch
    {
        FrameKind.Descriptor => OperationDescriptor.Length,
        FrameKind.Acknowledgement => Acknowledgement.Length,
        FrameKind.Abort => AbortNotice.Length,
        _ => 0,
    };
}
