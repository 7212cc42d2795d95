using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>
/// Describes the operation that a rank is about to run, so that ranks calling different collectives find out before any data is used.
/// </summary>
/// <remarks>
/// <code>
///  0           1           2           3           4                       8
/// +-----------+-----------+-----------+-----------+-----------------------+
/// |collective |  element  | operator  | algorithm |         root          |
/// +-----------+-----------+-----------+-----------+-----------------------+
/// |                          count (elements)                             |
/// +-----------------------------------------------+-----------------------+
/// |           bytes of an opaque element          |         zero          |
/// +-----------------------------------------------+-----------------------+
/// |                               detail                                  |
/// +-----------------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Collective">The collective that the rank calls.</param>
/// <param name="Element">
/// The type of the elements; <see cref="ElementCode.Opaque"/> if <paramref name="ElementBytes"/> gives their size.
/// </param>
/// <param name="Operator">The reduction operator; <see cref="OperatorCode.None"/> if the collective reduces nothing.</param>
/// <param name="Algorithm">The algorithm, which determines the schedule.</param>
/// <param name="Root">The root's rank in the communicator; 0 for collectives without a root.</param>
/// <param name="Count">The number of elements in the caller's input: the whole buffer for AllReduce, one rank's shard for
/// AllGather.</param>
/// <param name="ElementBytes">The size of an opaque element in bytes; 0 if the type implies it.</param>
/// <param name="Detail">Additional information that must match on all ranks, such as the hash of a reduction's name or of a split; 0 if
/// there is none.</param>
internal readonly record struct OperationDescriptor(
    CollectiveCode Collective, ElementCode Element, OperatorCode Operator, AlgorithmCode Algorithm, uint Root, ulong Count,
        uint ElementBytes = 0, ulong Detail = 0)
{
    public const int Length = 32;

    private const int CollectiveOffset = 0;
    private const int ElementOffset = 1;
    private const int OperatorOffset = 2;
    private const int AlgorithmOffset = 3;
    private const int RootOffset = 4;
    private const int CountOffset = 8;
    private const int ElementBytesOffset = 16;
    private const int ZeroOffset = 20;
    private const int DetailOffset = 24;

    public void Write(Span<byte> destination)
    {
        destination[CollectiveOffset] = (byte)Collective;
        destination[ElementOffset] = (byte)Element;
        destination[OperatorOffset] = (byte)Operator;
        destination[AlgorithmOffset] = (byte)Algorithm;
        BinaryPrimitives.WriteUInt32BigEndian(destination[RootOffset..], Root);
        BinaryPrimitives.WriteUInt64BigEndian(destination[CountOffset..], Count);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ElementBytesOffset..], ElementBytes);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ZeroOffset..], 0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[DetailOffset..], Detail);
    }

    public static FrameReadStatus TryRead(ReadOnlySpan<byte> source, out OperationDescriptor descriptor)
    {
        descriptor = default;
        if (source.Length != Length)
        {
            return FrameReadStatus.WrongLength;
        }

        var read = new OperationDescriptor(
            (CollectiveCode)source[CollectiveOffset],
            (ElementCode)source[ElementOffset],
            (OperatorCode)source[OperatorOffset],
            (AlgorithmCode)source[AlgorithmOffset],
            BinaryPrimitives.ReadUInt32BigEndian(source[RootOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[CountOffset..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[ElementBytesOffset..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[DetailOffset..]));
        if (!Enum.IsDefined(read.Collective) || !Enum.IsDefined(read.Element) || !Enum.IsDefined(read.Operator)
            || !Enum.IsDefined(read.Algorithm))
        {
            return FrameReadStatus.UnknownCode;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(source[ZeroOffset..]) != 0)
        {
            return FrameReadStatus.ReservedBitsSet;
        }

        descriptor = read;
        return FrameReadStatus.Ok;
    }

    public override string ToString()
    {
        if (Collective == CollectiveCode.Barrier)
        {
            return "Barrier()";
        }

        var elements = Element == ElementCode.Opaque ? $"{Count} x {ElementBytes} bytes" : $"{Count} x {Element}";
        var reduction = Operator switch
        {
            OperatorCode.None => string.Empty,
            OperatorCode.Defined => $", {Operator} {Detail:x16}",
            _ => $", {Operator}",
        };
        return $"{Collective}({elements}{reduction}{Split}{(HasRoot ? $", root {Root}" : string.Empty)}, {Algorithm})";
    }

    private bool HasRoot => Collective
        is CollectiveCode.Gather or CollectiveCode.Scatter or CollectiveCode.Broadcast or CollectiveCode.Reduce or CollectiveCode.GatherV
            or CollectiveCode.ScatterV;

    /// <summary>Describes how the elements are divided: unequally among the ranks, or among the buffers of a coalesced call.</summary>
    private string Split => Collective switch
    {
        CollectiveCode.AllGatherV or CollectiveCode.ReduceScatterV => $", split {Detail:x16}",
        CollectiveCode.AllReduce or CollectiveCode.Broadcast when Detail != 0 && Operator != OperatorCode.Defined =>
            $", split {Detail:x16}",
        CollectiveCode.GatherV or CollectiveCode.ScatterV or CollectiveCode.AllToAllV => $" to the other rank, {Detail} from it",
        _ => string.Empty,
    };
}
