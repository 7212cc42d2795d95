using System.Numerics;
using System.Runtime.InteropServices;

namespace SecureCollectives.Tests.Reduction;

/// <summary>The operators for every built-in numeric type, against their definition for one element.</summary>
public sealed class ReducersTests
{
    private const int Lengths = 70;

    /// <summary>World sizes for averages: within the range of every type, and beyond that of a byte.</summary>
    private static readonly int[] Worlds = [1, 3, 127, 128, 129, 255, 256, 40_000];

    [Fact]
    public void Reduce_Float_AsDefined() => OfFloats<float>();

    [Fact]
    public void Reduce_Double_AsDefined() => OfFloats<double>();

    [Fact]
    public void Reduce_SByte_AsDefined() => OfIntegers<sbyte>();

    [Fact]
    public void Reduce_Byte_AsDefined() => OfIntegers<byte>();

    [Fact]
    public void Reduce_Short_AsDefined() => OfIntegers<short>();

    [Fact]
    public void Reduce_UShort_AsDefined() => OfIntegers<ushort>();

    [Fact]
    public void Reduce_Int_AsDefined() => OfIntegers<int>();

    [Fact]
    public void Reduce_UInt_AsDefined() => OfIntegers<uint>();

    [Fact]
    public void Reduce_Long_AsDefined() => OfIntegers<long>();

    [Fact]
    public void Reduce_ULong_AsDefined() => OfIntegers<ulong>();

    /// <summary>Minimum and maximum follow IEEE 754: a NaN wins, and -0 is less than 0.</summary>
    [Fact]
    public void Reduce_MinAndMaxOfSpecials_AsIeee754()
    {
        float[] specials = [float.NaN, -0f, 0f, 1f, float.NegativeInfinity, float.PositiveInfinity, float.Epsilon];
        foreach (var left in specials)
        {
            foreach (var right in specials)
            {
                Assert.Equal(Bits(float.Min(left, right)), Bits(Reduce(ReduceOp.Min, left, right)));
                Assert.Equal(Bits(float.Max(left, right)), Bits(Reduce(ReduceOp.Max, left, right)));
            }
        }

        Assert.Equal(Bits(-0f), Bits(Reduce(ReduceOp.Min, 0f, -0f)));
        Assert.Equal(Bits(0f), Bits(Reduce(ReduceOp.Max, -0f, 0f)));

        static float Reduce(ReduceOp operation, float left, float right)
        {
            // Long enough for vectors.
            var (lefts, rights, results) = (new float[33], new float[33], new float[33]);
            Array.Fill(lefts, left);
            Array.Fill(rights, right);
            ReducersTests.Reduce<float>(operation, lefts, rights, results);
            Assert.All(results, result => Assert.Equal(Bits(results[0]), Bits(result)));
            return results[0];
        }

        static uint Bits(float value) => BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value);
    }

    [Fact]
    public void ReducerOf_UnsupportedTypes_NamesTheSupportedOnes()
    {
        var noArithmetic = Assert.Throws<ArgumentException>(() => ReduceOp.Sum.ReducerOf<Guid>());
        Assert.Equal("System.Guid cannot be reduced; float, double, Half, BFloat16, sbyte, byte, short, ushort, int, uint, long and ulong "
            + "can.", noArithmetic.Message);
        var noBits = Assert.Throws<ArgumentException>(() => ReduceOp.BitwiseXor.ReducerOf<float>());
        Assert.Equal(
            "System.Single cannot be reduced by BitwiseXor, which applies only to integers; sbyte, byte, short, ushort, int, uint, "
                + "long and ulong can.", noBits.Message);
        var noFractions = Assert.Throws<ArgumentException>(() => ReduceOp.PreScaledSum(.5).ReducerOf<int>());
        Assert.Equal("System.Int32 cannot be scaled; float, double, Half and BFloat16 can.", noFractions.Message);
        var other = Assert.Throws<ArgumentException>(
            () => ReduceOp.Define<int>("first", static (left, _, result) => left.CopyTo(result)).ReducerOf<long>());
        Assert.Equal("The reduction 'first' combines System.Int32, not System.Int64.", other.Message);
    }

    private static void OfFloats<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        OfNumbers<T>(T.Min, T.Max);
        Average<T>((sum, world) => sum / T.CreateChecked(world));
    }

    private static void OfIntegers<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        OfNumbers<T>(T.Min, T.Max);
        Check<T>(ReduceOp.BitwiseAnd, (left, right) => left & right);
        Check<T>(ReduceOp.BitwiseOr, (left, right) => left | right);
        Check<T>(ReduceOp.BitwiseXor, (left, right) => left ^ right);

        // Division rounds towards zero, even if the type cannot represent the world size.
        Average<T>((sum, world) => T.CreateChecked(BigInteger.Divide(BigInteger.CreateChecked(sum), world)));
    }

    private static void OfNumbers<T>(Func<T, T, T> min, Func<T, T, T> max)
        where T : unmanaged, INumber<T>
    {
        Check<T>(ReduceOp.Sum, (left, right) => unchecked(left + right));
        Check<T>(ReduceOp.Average, (left, right) => unchecked(left + right));
        Check<T>(ReduceOp.Product, (left, right) => unchecked(left * right));
        Check(ReduceOp.Min, min);
        Check(ReduceOp.Max, max);
    }

    private static void Check<T>(ReduceOp operation, Func<T, T, T> ofOne)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(1);
        for (var length = 0; length < Lengths; length++)
        {
            var (left, right, result) = (Random<T>(random, length), Random<T>(random, length), new T[length]);
            Reduce<T>(operation, left, right, result);
            Assert.Equal(left.Zip(right, ofOne), result);
        }
    }

    private static void Average<T>(Func<T, int, T> ofOne)
        where T : unmanaged, INumber<T>
    {
        var random = new Random(2);
        foreach (var world in Worlds)
        {
            var sums = Random<T>(random, Lengths);
            var expected = sums.Select(sum => ofOne(sum, world)).ToArray();
            ReduceOp.Average.ReducerOf<T>().Finish(MemoryMarshal.AsBytes(sums.AsSpan()), world);
            Assert.Equal(expected, sums);
        }
    }

    private static void Reduce<T>(ReduceOp operation, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged =>
        operation.ReducerOf<T>().Reduce(MemoryMarshal.AsBytes(left), MemoryMarshal.AsBytes(right), MemoryMarshal.AsBytes(result));

    /// <summary>Returns numbers with random bits, so that integers overflow.</summary>
    private static T[] Random<T>(Random random, int length)
        where T : unmanaged, INumber<T>
    {
        var values = new T[length];
        random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        return [.. values.Select(value => T.IsNaN(value) ? T.One : value)];
    }
}
