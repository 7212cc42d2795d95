using System.Buffers.Binary;

namespace SecureCollectives.Framing;

/// <summary>What a rank is about to do, so that ranks that call different collectives learn so before any data is used.</summary>
/// <remarks>
/// <code>
///  0           1           2           3           4                       8
/// +-----------+-----------+-----------+-----------+-----------------------+
/// |collective |  element  | operator  | algorithm |         root          |
/// +-----------+-----------+-----------+-----------+-----------------------+
/// |                          count (elements)                             |
/// +-----------------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Collective">The collective.</param>
/// <param name="Element">The element type.</param>
/// <param name="Operator">The reduction operator.</param>
/// <param name="Algorithm">The algorithm, and with it the schedule.</param>
/// <param name="Root">The root's rank; 0 where a collective has none.</param>
/// <param name="Count">Elements of the caller's input: the whole buffer for AllReduce, one rank's shard for AllGather.</param>
internal readonly record struct OperationDescriptor(
    CollectiveCode Collective, ElementCode Element, OperatorCode Operator, AlgorithmCode Algorithm, uint Root, ulong Count)
{
    public const int Length = 16;

    private const int CollectiveOffset = 0;
    private const int ElementOffset = 1;
    private const int OperatorOffset = 2;
    private const int AlgorithmOffset = 3;
    private const int RootOffset = 4;
    private const int CountOffset = 8;

    public void Write(Span<byte> destination)
    {
        destination[CollectiveOffset] = (byte)Collective;
        destination[ElementOffset] = (byte)Element;
        destination[OperatorOffset] = (byte)Operator;
        destination[AlgorithmOffset] = (byte)Algorithm;
        BinaryPrimitives.WriteUInt32BigEndian(destination[RootOffset..], Root);
        BinaryPrimitives.WriteUInt64BigEndian(destination[CountOffset..], Count);
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
            BinaryPrimitives.ReadUInt64BigEndian(source[CountOffset..]));
        if (!Enum.IsDefined(read.Collective) || !Enum.IsDefined(read.Element) || !Enum.IsDefined(read.Operator) || !Enum.IsDefined(read.Algorithm))
        {
            return FrameReadStatus.UnknownCode;
        }

        descriptor = read;
        return FrameReadStatus.Ok;
    }

    public override string ToString() =>
        Collective == CollectiveCode.Barrier ? "Barrier()"
        : Operator == OperatorCode.None ? $"{Collective}({Count} x {Element}, {Algorithm})"
        : $"{Collective}({Count} x {Element}, {Operator}, {Algorithm})";
}
