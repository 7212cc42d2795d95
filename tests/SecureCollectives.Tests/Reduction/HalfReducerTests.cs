using System.Runtime.InteropServices;

namespace SecureCollectives.Tests.Reduction;

/// <summary>The reducers of Half, over all of its values, against the definition of each operator for one element.</summary>
public sealed class HalfReducerTests
{
    private const int Values = 1 << 16;
    private const int RandomRounds = 40;
    private const ushort Quiet = 0x0200;

    private static readonly Half[] All = [.. Enumerable.Range(0, Values).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];

    /// <summary>
    /// Zeros, the smallest and largest subnormal and normal numbers of both signs, infinities, NaNs with and without payload, and
    /// neighbouring values.
    /// </summary>
    private static readonly ushort[] Notable =
    [
        0x0000, 0x0001, 0x0002, 0x03FF, 0x0400, 0x0401, 0x07FF, 0x1400, 0x3555, 0x3BFF, 0x3C00, 0x3C01, 0x4200, 0x7800, 0x7BFE, 0x7BFF,
            0x7C00, 0x7C01,
        0x7DFF, 0x7E00, 0x7FFF, 0x8000, 0x8001, 0x83FF, 0x8400, 0xBC00, 0xC001, 0xFBFF, 0xFC00, 0xFC55, 0xFE00, 0xFFFF,
    ];

    public static TheoryData<string> Operators => [.. Definitions.Keys];

    private static Dictionary<string, (ReduceOp Operator, Func<Half, Half, Half> OfOne)> Definitions { get; } = new()
    {
        ["sum"] = (ReduceOp.Sum, (own, other) => (Half)((float)own + (float)other)),
        ["average, not final"] = (ReduceOp.Average, (own, other) => (Half)((float)own + (float)other)),
        ["product"] = (ReduceOp.Product, (own, other) => (Half)((float)own * (float)other)),
        ["min"] = (ReduceOp.Min, Half.Min),
        ["max"] = (ReduceOp.Max, Half.Max),
    };

    [Theory]
    [MemberData(nameof(Operators))]
    public void Reduce_AllValuesWithNotableOnes_AsDefined(string name)
    {
        foreach (var bits in Notable)
        {
            var notable = Enumerable.Repeat(BitConverter.UInt16BitsToHalf(bits), Values).ToArray();
            Check(name, All, notable);
            Check(name, notable, All);
        }
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Reduce_AllValuesWithRandomOnes_AsDefined(string name)
    {
        var random = new Random(4);
        for (var round = 0; round < RandomRounds; round++)
        {
            Check(name, All, Random(random, Values));
        }
    }

    /// <summary>
    /// Sums of numbers of similar magnitude all need rounding. Without special values among them, no vector leaves the fast path.
    /// </summary>
    [Theory]
    [MemberData(nameof(Operators))]
    public void Reduce_NumbersOfSimilarMagnitude_AsDefined(string name)
    {
        var random = new Random(5);
        for (var exponent = 0; exponent < 31; exponent++)
        {
            for (var other = Math.Max(0, exponent - 13); other <= exponent; other++)
            {
                Check(name, OfExponent(random, exponent), OfExponent(random, other));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Reduce_AnyLengthAndOffset_AsDefinedAndNothingBeyond(string name)
    {
        var random = new Random(6);
        for (var length = 0; length < 70; length++)
        {
            var offset = length % 5;
            var (own, other, target) = (
                Random(random, length + offset), Random(random, length + offset), Random(random, length + offset + 1));
            var untouched = target[..offset].Append(target[^1]).ToArray();

            Reduce(Definitions[name].Operator, own.AsSpan(offset), other.AsSpan(offset), target.AsSpan(offset, length));

            AssertAsDefined(name, own.AsSpan(offset), other.AsSpan(offset), target.AsSpan(offset, length));
            Assert.Equal(untouched, target[..offset].Append(target[^1]));
        }
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Reduce_IntoItsOperand_AsDefined(string name)
    {
        var (own, other) = (All.ToArray(), Random(new Random(7), Values));

        Reduce(Definitions[name].Operator, own, other, own);

        AssertAsDefined(name, All, other, own);
    }

    /// <summary>Covers world sizes such as 2049 that Half cannot represent.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(4095)]
    [InlineData(65521)]
    [InlineData(1_000_003)]
    public void Reduce_FinalAverage_SumRoundedAndThenDivided(int worldSize)
    {
        var zeros = new Half[Values - 1];
        Array.Fill(zeros, Half.NegativeZero); // The identity of addition, even for -0 + -0.
        var result = new Half[Values - 1];

        Reduce(ReduceOp.Average, All.AsSpan(1), zeros, result, worldSize);

        for (var i = 0; i < result.Length; i++)
        {
            var sum = (Half)((float)All[i + 1] + (float)zeros[i]);
            Assert.True(AreSame((Half)((float)sum / worldSize), result[i]), Show(All[i + 1]));
        }
    }

    [Fact]
    public void UnifyNaNs_AllValues_UnifiesNaNsAndKeepsOthers()
    {
        var values = All[..^3];

        ReduceOp.Sum.ReducerOf<Half>().UnifyNaNs(MemoryMarshal.AsBytes(values.AsSpan()));

        for (var i = 0; i < values.Length; i++)
        {
            Assert.True(AreSame(Half.IsNaN(All[i]) ? Half.NaN : All[i], values[i]), Show(All[i]));
        }
    }

    [Fact]
    public void Reduce_WithSpecialsAmongThem_AllocatesNothing()
    {
        var (own, other, target) = (All[..^1], Random(new Random(8), Values - 1), new Half[Values - 1]);
        ReduceOp[] operators = [ReduceOp.Sum, ReduceOp.Average, ReduceOp.Min, ReduceOp.Max, ReduceOp.Product];
        var allocated = long.MaxValue;
        for (var times = 0; times < 2; times++) // The first pass compiles the code.
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var operation in operators)
            {
                Reduce(operation, own, other, target, worldSize: 4);
                operation.ReducerOf<Half>().UnifyNaNs(MemoryMarshal.AsBytes(target.AsSpan()));
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static void Check(string name, Half[] own, Half[] other)
    {
        var target = new Half[own.Length];
        Reduce(Definitions[name].Operator, own, other, target);
        AssertAsDefined(name, own, other, target);
    }

    private static void Reduce(ReduceOp operation, ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, Span<Half> target, int worldSize = 0)
    {
        var reducer = operation.ReducerOf<Half>();
        reducer.Reduce(MemoryMarshal.AsBytes(own), MemoryMarshal.AsBytes(other), MemoryMarshal.AsBytes(target));
        if (worldSize > 0)
        {
            reducer.Finish(MemoryMarshal.AsBytes(target[..own.Length]), worldSize);
        }
    }

    private static void AssertAsDefined(string name, ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, ReadOnlySpan<Half> result)
    {
        var ofOne = Definitions[name].OfOne;
        for (var i = 0; i < result.Length; i++)
        {
            // Of two NaNs, a processor propagates the instruction's first operand, and compilers may swap the operands of commutative
            // operations.
            if (Half.IsNaN(own[i]) && Half.IsNaN(other[i]))
            {
                Assert.True(AreSame(Quieted(result[i]), Quieted(own[i])) || AreSame(Quieted(result[i]), Quieted(other[i])));
            }
            else if (ofOne(own[i], other[i]) is var expected && !AreSame(expected, result[i]))
            {
                Assert.Fail($"The {name} of {Show(own[i])} and {Show(other[i])} is {Show(expected)}, not {Show(result[i])}.");
            }
        }
    }

    private static bool AreSame(Half one, Half other) => BitConverter.HalfToUInt16Bits(one) == BitConverter.HalfToUInt16Bits(other);

    private static Half Quieted(Half value) => BitConverter.UInt16BitsToHalf((ushort)(BitConverter.HalfToUInt16Bits(value) | Quiet));

    private static string Show(Half value) => $"{BitConverter.HalfToUInt16Bits(value):X4} ({value})";

    private static Half[] Random(Random random, int length)
    {
        var values = new Half[length];
        random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static Half[] OfExponent(Random random, int exponent) =>
        [.. Enumerable.Range(0, 512)
            .Select(_ => BitConverter.UInt16BitsToHalf((ushort)((random.Next(2) << 15) | (exponent << 10) | random.Next(1 << 10))))];
}
