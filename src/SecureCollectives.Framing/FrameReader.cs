using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>Reads frame headers. Takes bytes and returns a value or a status; trusts nothing and keeps no state.</summary>
internal static class FrameReader
{
    /// <summary>
    /// Reads a header of exactly <see cref="FrameFormat.HeaderLength"/> bytes and checks its length against the limits of its kind.
    /// </summary>
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
        if (kind is < FrameKind.Data or > FrameKind.Message || !IsPhaseOf(kind, phase))
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

        if (!IsLengthOf(kind, (int)length))
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

    /// <summary>
    /// Returns the minimum payload length of a frame, in bytes: the fixed part, which is the whole payload of a control frame.
    /// </summary>
    public static int FixedPayloadLength(FrameKind kind) => kind switch
    {
        FrameKind.Descriptor or FrameKind.Message => OperationDescriptor.Length,
        FrameKind.Acknowledgement => Acknowledgement.Length,
        FrameKind.Abort => AbortMessage.Length,
        _ => 0,
    };

    private static bool IsPhaseOf(FrameKind kind, FramePhase phase) => kind switch
    {
        FrameKind.Data => phase is FramePhase.ReduceScatter or FramePhase.AllGather,
        FrameKind.Message => phase <= FramePhase.AllGather,
        _ => phase == FramePhase.None,
    };

    private static bool IsLengthOf(FrameKind kind, int length) =>
        kind is FrameKind.Data or FrameKind.Message ? length >= FixedPayloadLength(kind) : length == FixedPayloadLength(kind);
}
