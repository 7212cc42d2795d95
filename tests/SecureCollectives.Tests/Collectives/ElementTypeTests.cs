using System.Numerics;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Every element type and operator, through the ring and through recursive doubling.</summary>
public sealed class ElementTypeTests
{
    private const int Size = 4;
    private const int Length = 5003;

    private static readonly ReduceOp[] Arithmetic = [ReduceOp.Sum, ReduceOp.Average, ReduceOp.Min, ReduceOp.Max, ReduceOp.Product];

    /// <summary>Gets the limits, in bytes, up to which operations use recursive doubling.</summary>
    public static TheoryData<int> Small => [0, 64 * 1024];

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_Float_MatchesTheReference(int small) => EveryOperator<float>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_Double_MatchesTheReference(int small) => EveryOperator<double>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_Half_MatchesTheReference(int small) => EveryOperator<Half>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_SByte_MatchesTheReference(int small) => EveryOperatorOfIntegers<sbyte>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_Byte_MatchesTheReference(int small) => EveryOperatorOfIntegers<byte>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_Short_MatchesTheReference(int small) => EveryOperatorOfIntegers<short>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_UShort_MatchesTheReference(int small) => EveryOperatorOfIntegers<ushort>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_Int_MatchesTheReference(int small) => EveryOperatorOfIntegers<int>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_UInt_MatchesTheReference(int small) => EveryOperatorOfIntegers<uint>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_Long_MatchesTheReference(int small) => EveryOperatorOfIntegers<long>(small);

    [Theory]
    [MemberData(nameof(Small))]
    public Task AllReduce_ULong_MatchesTheReference(int small) => EveryOperatorOfIntegers<ulong>(small);

    /// <summary>Small integers, which BFloat16 represents exactly together with their sums, give the same result as in float.</summary>
    [Theory]
    [MemberData(nameof(Small))]
    public async Task AllReduce_BFloat16_MatchesFloat(int small)
    {
        await using var group = MemoryGroup.Create(Size, chunkBytes: 1024, smallBytes: small);
        await group.RunAsync(async member =>
        {
            foreach (var operation in Arithmetic.Except([ReduceOp.Product]))
            {
                var buffer = Narrow(Reference.Input<float>(member.Rank, Length));
                await member.AllReduceAsync<BFloat16>(buffer, operation);
                Assert.Equal(Narrow(Reference.AllReduce<float>(Size, Length, operation)), buffer);
            }
        });
    }

    /// <summary>Elements without arithmetic, of a size that does not divide the chunk size.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 64 * 1024)]
    public async Task AllGather_Structs_MovesThem(int size, int small)
    {
        await using var group = MemoryGroup.Create(size, chunkBytes: 1024, smallBytes: small);
        await group.RunAsync(async member =>
        {
            var all = new Triple[size * 1001];
            await member.AllGatherAsync<Triple>(Triples(member.Rank), all);
            Assert.Equal(Enumerable.Range(0, size).SelectMany(Triples), all);

            var flags = new bool[size];
            member.AllGather<bool>([member.Rank % 2 == 0], flags);
            Assert.Equal(Enumerable.Range(0, size).Select(rank => rank % 2 == 0), flags);
        });

        static Triple[] Triples(int rank) => [.. Enumerable.Range(0, 1001).Select(i => new Triple((byte)rank, (byte)i, (byte)(i >> 8)))];
    }

    [Fact]
    public async Task AllReduce_StructWithoutArithmetic_NamesTheSupportedTypes()
    {
        await using var group = MemoryGroup.Create(1);
        var exception = Assert.Throws<ArgumentException>(() => group.Members[0].AllReduce<Triple>(new Triple[1], ReduceOp.Sum));
        Assert.Contains("float, double, Half, BFloat16, sbyte", exception.Message, StringComparison.Ordinal);
    }

    private static async Task EveryOperatorOfIntegers<T>(int small)
        where T : unmanaged, IBinaryInteger<T>
    {
        await EveryOperator<T>(small);
        await Check<T>(small, ReduceOp.BitwiseAnd, () => Reference.Combine<T>(Size, Length, (left, right) => left & right));
        await Check<T>(small, ReduceOp.BitwiseOr, () => Reference.Combine<T>(Size, Length, (left, right) => left | right));
        await Check<T>(small, ReduceOp.BitwiseXor, () => Reference.Combine<T>(Size, Length, (left, right) => left ^ right));
    }

    private static async Task EveryOperator<T>(int small)
        where T : unmanaged, INumber<T>
    {
        foreach (var operation in Arithmetic)
        {
            await Check<T>(small, operation, () => Reference.AllReduce<T>(Size, Length, operation));
        }
    }

    private static async Task Check<T>(int small, ReduceOp operation, Func<T[]> expected)
        where T : unmanaged, INumber<T>
    {
        await using var group = MemoryGroup.Create(Size, chunkBytes: 1024, smallBytes: small);
        await group.RunAsync(async member =>
        {
            var buffer = Reference.Input<T>(member.Rank, Length);
            await member.AllReduceAsync<T>(buffer, operation);
            Assert.Equal(expected(), buffer);
        });
    }

    private static BFloat16[] Narrow(float[] numbers) => [.. numbers.Select(number => (BFloat16)number)];

    private readonly record struct Triple(byte First, byte Second, byte Third);
}
