using System.Globalization;
using System.Runtime.InteropServices;

namespace SecureCollectives.Tests.Reduction;

/// <summary>BFloat16 conversions against the definition of rounding, and its reducers against element-wise arithmetic in float.</summary>
public sealed class BFloat16Tests
{
    private const int Values = 1 << 16;
    private const ushort Quiet = 0x0040;

    private static readonly BFloat16[] All = [.. Enumerable.Range(0, Values).Select(bits => BFloat16.FromBits((ushort)bits))];

    /// <summary>
    /// Zeros, the smallest and largest subnormal and normal numbers of both signs, infinities, NaNs with and without payload, and
    /// neighbouring values.
    /// </summary>
    private static readonly ushort[] Notable =
    [
        0x0000, 0x0001, 0x0002, 0x007F, 0x0080, 0x0081, 0x3F7F, 0x3F80, 0x3F81, 0x4049, 0x7F7E, 0x7F7F, 0x7F80, 0x7F81, 0x7FBF, 0x7FC0,
            0x7FFF,
        0x8000, 0x8001, 0x807F, 0x8080, 0xBF80, 0xC001, 0xFF7F, 0xFF80, 0xFF81, 0xFFC0, 0xFFFF,
    ];

    public static TheoryData<string> Operators => [.. Definitions.Keys];

    private static Dictionary<string, (ReduceOp Operator, Func<float, float, float> OfOne)> Definitions { get; } = new()
    {
        ["sum"] = (ReduceOp.Sum, (left, right) => left + right),
        ["average, not final"] = (ReduceOp.Average, (left, right) => left + right),
        ["product"] = (ReduceOp.Product, (left, right) => left * right),
        ["min"] = (ReduceOp.Min, MathF.Min),
        ["max"] = (ReduceOp.Max, MathF.Max),
    };

    [Fact]
    public void Convert_RoundTrip_IsLossless()
    {
        foreach (var value in All)
        {
            var back = (BFloat16)(float)value;
            Assert.Equal(BFloat16.IsNaN(value) ? (ushort)(value.ToBits() | Quiet) : value.ToBits(), back.ToBits());
        }
    }

    /// <summary>Compares distances in double, which represents all of them exactly.</summary>
    [Fact]
    public void Convert_AnyFloat_RoundsToNearestTiesToEven()
    {
        var random = new Random(1);
        uint[] notable = [0x0000_8000, 0x0001_8000, 0x3F80_8000, 0x3F81_8000, 0x7F7F_7FFF, 0x7F7F_8000, 0x7F7F_FFFF, 0x0000_0001,
            0x807F_FFFF];
        foreach (var bits in notable.Concat(Enumerable.Range(0, 200_000).Select(_ => (uint)random.NextInt64(1L << 32))))
        {
            var number = BitConverter.UInt32BitsToSingle(bits);
            var rounded = (BFloat16)number;
            if (float.IsNaN(number))
            {
                Assert.True(BFloat16.IsNaN(rounded));
                continue;
            }

            // The upper half of a float's bits is the neighbour towards zero. The next value is the other neighbour, or infinity, which
            // counts as the power of two beyond the greatest value.
            var (towards, away) = (BFloat16.FromBits((ushort)(bits >> 16)), BFloat16.FromBits((ushort)((bits >> 16) + 1)));
            var (less, more) = (Distance(number, towards), Distance(number, away));
            var expected = less < more || (less == more && (towards.ToBits() & 1) == 0) ? towards : away;
            Assert.Equal(expected.ToBits(), rounded.ToBits());
        }

        static double Distance(float number, BFloat16 candidate) =>
            Math.Abs((float.IsInfinity((float)candidate) ? Math.CopySign(Math.Pow(2, 128), number) : (float)candidate) - (double)number);
    }

    [Fact]
    public void Members_MatchThoseOfFloat()
    {
        var (one, two) = (BFloat16.One, (BFloat16)2f);
        Assert.True(one < two && two > one && one <= two && two >= one && one != two && !(one == two));
        Assert.Equal((BFloat16)(-0f), (BFloat16)0f);
        Assert.True(BFloat16.NaN.Equals(BFloat16.NaN));
#pragma warning disable CS1718 // NaN is unequal to itself.
        Assert.False(BFloat16.NaN == BFloat16.NaN);
#pragma warning restore CS1718
        Assert.Equal("1.5", ((BFloat16)1.5f).ToString(null, CultureInfo.InvariantCulture));
        Assert.Equal([-1f, 1f, 3.3895314e38f], new[] { BFloat16.MaxValue, (BFloat16)(-1f), one }.Order().Select(value => (float)value));
        Assert.True(float.IsPositiveInfinity((float)BFloat16.PositiveInfinity)
            && float.IsNegativeInfinity((float)BFloat16.NegativeInfinity));
        Assert.Equal(-(float)BFloat16.MaxValue, (float)BFloat16.MinValue);
        Assert.Equal(MathF.Pow(2, -133), (float)BFloat16.Epsilon);
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Reduce_AllValuesWithNotableAndRandomOnes_AsDefined(string name)
    {
        foreach (var bits in Notable)
        {
            var notable = Enumerable.Repeat(BFloat16.FromBits(bits), Values).ToArray();
            Check(name, All, notable);
            Check(name, notable, All);
        }

        var random = new Random(2);
        for (var round = 0; round < 40; round++)
        {
            Check(name, All, Random(random, Values));
        }
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Reduce_AnyLengthIntoEitherSide_AsDefinedAndNothingBeyond(string name)
    {
        var random = new Random(3);
        for (var length = 0; length < 70; length++)
        {
            var (left, right) = (Random(random, length + 1), Random(random, length + 1));
            var (beyondLeft, beyondRight) = (left[^1].ToBits(), right[^1].ToBits());
            var (intoLeft, intoRight) = (left.ToArray(), right.ToArray());

            Reduce(Definitions[name].Operator, intoLeft.AsSpan(0, length), right.AsSpan(0, length), intoLeft.AsSpan(0, length));
            Reduce(Definitions[name].Operator, left.AsSpan(0, length), intoRight.AsSpan(0, length), intoRight.AsSpan(0, length));

            AssertAsDefined(name, left.AsSpan(0, length), right.AsSpan(0, length), intoLeft);
            AssertAsDefined(name, left.AsSpan(0, length), right.AsSpan(0, length), intoRight);
            Assert.Equal((beyondLeft, beyondRight), (intoLeft[^1].ToBits(), intoRight[^1].ToBits()));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(257)]
    [InlineData(1_000_003)]
    public void Finish_Average_IsDividedInFloat(int worldSize)
    {
        var values = All[..^3];
        ReduceOp.Average.ReducerOf<BFloat16>().Finish(MemoryMarshal.AsBytes(values.AsSpan()), worldSize);
        for (var i = 0; i < values.Length; i++)
        {
            AssertSame((BFloat16)((float)All[i] / worldSize), values[i]);
        }
    }

    [Fact]
    public void UnifyNaNs_AllValues_UnifiesNaNsAndKeepsOthers()
    {
        var values = All[..^3];
        ReduceOp.Sum.ReducerOf<BFloat16>().UnifyNaNs(MemoryMarshal.AsBytes(values.AsSpan()));
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal((BFloat16.IsNaN(All[i]) ? BFloat16.NaN : All[i]).ToBits(), values[i].ToBits());
        }
    }

    private static void Check(string name, BFloat16[] left, BFloat16[] right)
    {
        var result = new BFloat16[left.Length];
        Reduce(Definitions[name].Operator, left, right, result);
        AssertAsDefined(name, left, right, result);
    }

    private static void Reduce(ReduceOp operation, ReadOnlySpan<BFloat16> left, ReadOnlySpan<BFloat16> right, Span<BFloat16> result) =>
        operation.ReducerOf<BFloat16>().Reduce(MemoryMarshal.AsBytes(left), MemoryMarshal.AsBytes(right), MemoryMarshal.AsBytes(result));

    private static void AssertAsDefined(
        string name, ReadOnlySpan<BFloat16> left, ReadOnlySpan<BFloat16> right, ReadOnlySpan<BFloat16> result)
    {
        var ofOne = Definitions[name].OfOne;
        for (var i = 0; i < left.Length; i++)
        {
            // Which of two NaNs is propagated depends on the processor.
            if (BFloat16.IsNaN(left[i]) && BFloat16.IsNaN(right[i]))
            {
                Assert.True(BFloat16.IsNaN(result[i]));
            }
            else
            {
                AssertSame((BFloat16)ofOne((float)left[i], (float)right[i]), result[i]);
            }
        }
    }

    private static void AssertSame(BFloat16 expected, BFloat16 actual)
    {
        if (expected.ToBits() != actual.ToBits())
        {
            Assert.Fail($"{expected.ToBits():X4} ({expected}) was expected, not {actual.ToBits():X4} ({actual}).");
        }
    }

    private static BFloat16[] Random(Random random, int length)
    {
        var values = new BFloat16[length];
        random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
