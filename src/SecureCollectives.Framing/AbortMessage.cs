using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>The payload of an abort frame, which ends a lane: why the sender stops, and which rank it holds responsible.</summary>
/// <remarks>
/// <code>
///  0           1                                   4                       8
/// +-----------+-----------------------------------+-----------------------+
/// |  reason   |             zero                  |        culprit        |
/// +-----------+-----------------------------------+-----------------------+
/// |                             operation                                 |
/// +-----------------------------------------------+-----------------------+
/// |                     step                      |       reporter        |
/// +-----------------------------------------------+-----------------------+
/// </code>
/// </remarks>
/// <param name="Reason">Why the sender ends the lane.</param>
/// <param name="Culprit">The rank held responsible, as numbered in the job; it may be the sender.</param>
/// <param name="Operation">The number of the operation in which the failure occurred, counting from 0.</param>
/// <param name="Step">The step of that operation, as in frame headers; 0 if the failure is not tied to a step.</param>
/// <param name="Reporter">The rank that observed the failure; relayed unchanged.</param>
internal readonly record struct AbortMessage(AbortReason Reason, uint Culprit, ulong Operation, uint Step, uint Reporter)
{
    public const int Length = 24;

    private const int ReasonOffset = 0;
    private const int ReservedOffset = 1;
    private const int CulpritOffset = 4;
    private const int OperationOffset = 8;
    private const int StepOffset = 16;
    private const int ReporterOffset = 20;

    public void Write(Span<byte> destination)
    {
        destination[ReasonOffset] = (byte)Reason;
        destination[ReservedOffset..CulpritOffset].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(destination[CulpritOffset..], Culprit);
        BinaryPrimitives.WriteUInt64BigEndian(destination[OperationOffset..], Operation);
        BinaryPrimitives.WriteUInt32BigEndian(destination[StepOffset..], Step);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ReporterOffset..], Reporter);
    }

    public static FrameReadStatus TryRead(ReadOnlySpan<byte> source, out AbortMessage abort)
    {
        abort = default;
        if (source.Length != Length)
        {
            return FrameReadStatus.WrongLength;
        }

        if (source[ReservedOffset..CulpritOffset].ContainsAnyExcept((byte)0))
        {
            return FrameReadStatus.ReservedBitsSet;
        }

        var reason = (AbortReason)source[ReasonOffset];
        if (!Enum.IsDefined(reason))
        {
            return FrameReadStatus.UnknownCode;
        }

        abort = new AbortMessage(
            reason,
            BinaryPrimitives.ReadUInt32BigEndian(source[CulpritOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[OperationOffset..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[StepOffset..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[ReporterOffset..]));
        return FrameReadStatus.Ok;
    }
}
