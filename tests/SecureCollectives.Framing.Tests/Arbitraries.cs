using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace SecureCollectives.Framing.Tests;

/// <summary>Generates values over their whole range; FsCheck's own integers stay small.</summary>
internal static class Arbitraries
{
    public static Gen<byte[]> Bytes(int count) =>
        Gen.Choose(byte.MinValue, byte.MaxValue).Select(static value => (byte)value).ArrayOf(count);

    public static Gen<ulong> UInt64 => Bytes(sizeof(ulong)).Select(static bytes => BinaryPrimitives.ReadUInt64BigEndian(bytes));

    public static Gen<uint> UInt32 => Bytes(sizeof(uint)).Select(static bytes => BinaryPrimitives.ReadUInt32BigEndian(bytes));

    public static Gen<T> Code<T>()
        where T : struct, Enum => Gen.Elements(Enum.GetValues<T>());

    public static Arbitrary<FrameHeader> Headers => (
        from kind in Code<FrameKind>()
        from phase in kind switch
        {
            FrameKind.Data => Gen.Elements(FramePhase.ReduceScatter, FramePhase.AllGather),
            FrameKind.Message => Code<FramePhase>(),
            _ => Gen.Constant(FramePhase.None),
        }
        from length in kind is FrameKind.Data or FrameKind.Message
            ? Gen.Choose(FrameReader.FixedPayloadLength(kind), FrameFormat.MaxPayloadLength)
            : Gen.Constant(FrameReader.FixedPayloadLength(kind))
        from counter in UInt64
        from operation in UInt64
        from step in UInt32
        from chunk in UInt32
        select new FrameHeader(kind, phase, length, counter, operation, step, chunk)).ToArbitrary();
}
