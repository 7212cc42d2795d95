using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecureCollectives.Reduction;

/// <summary>
/// Arithmetic on <see cref="BFloat16"/>: computed in float32, then rounded. A number is the upper half of its float32, so a vector of
/// BFloat16 is two vectors of float32: one of its even elements and one of its odd ones.
/// </summary>
/// <remarks>
/// The loops, and the helpers inlined into them, are fully optimised on their first call. With tiered compilation, AllReduce of 64 KiB to
/// 16 MiB of 16-bit numbers took two to five times as long (<c>testing-worker types</c>), for seconds or permanently.
/// </remarks>
internal static class BFloat16Arithmetic
{
    private const int DroppedBits = 16;
    private const uint UpperHalf = 0xFFFF_0000;
    private const uint QuietBit = 0x0040_0000;
    private const short Magnitude = 0x7FFF;
    private const short Infinity = 0x7F80;

    public static void Add(ReadOnlySpan<BFloat16> left, ReadOnlySpan<BFloat16> right, Span<BFloat16> result) =>
        Combine<FloatSum>(left, right, result);

    public static void Multiply(ReadOnlySpan<BFloat16> left, ReadOnlySpan<BFloat16> right, Span<BFloat16> result) =>
        Combine<FloatProduct>(left, right, result);

    public static void Min(ReadOnlySpan<BFloat16> left, ReadOnlySpan<BFloat16> right, Span<BFloat16> result) =>
        Combine<FloatMin>(left, right, result);

    public static void Max(ReadOnlySpan<BFloat16> left, ReadOnlySpan<BFloat16> right, Span<BFloat16> result) =>
        Combine<FloatMax>(left, right, result);

    /// <summary>Divides in float32, because BFloat16 does not represent every integer above 256 exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Divide(Span<BFloat16> sums, int worldSize)
    {
        var divisor = new Vector<float>(worldSize);
        var vectors = MemoryMarshal.Cast<BFloat16, Vector<ushort>>(sums);
        foreach (ref var vector in vectors)
        {
            vector = Merge(Even(vector) / divisor, Odd(vector) / divisor);
        }

        foreach (ref var sum in sums[(vectors.Length * Vector<ushort>.Count)..])
        {
            sum = (BFloat16)((float)sum / worldSize);
        }
    }

    /// <summary>Computes result = factor * source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Scale(ReadOnlySpan<BFloat16> source, float factor, Span<BFloat16> result)
    {
        var factors = new Vector<float>(factor);
        var sources = MemoryMarshal.Cast<BFloat16, Vector<ushort>>(source);
        var results = MemoryMarshal.Cast<BFloat16, Vector<ushort>>(result)[..sources.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            results[i] = Merge(Even(sources[i]) * factors, Odd(sources[i]) * factors);
        }

        for (var i = sources.Length * Vector<ushort>.Count; i < source.Length; i++)
        {
            result[i] = (BFloat16)((float)source[i] * factor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void UnifyNaNs(Span<BFloat16> values)
    {
        var nan = new Vector<short>((short)BFloat16.NaN.ToBits());
        var vectors = MemoryMarshal.Cast<BFloat16, Vector<short>>(values);
        foreach (ref var vector in vectors)
        {
            vector = Vector.ConditionalSelect(
                Vector.GreaterThan(vector & new Vector<short>(Magnitude), new Vector<short>(Infinity)), nan, vector);
        }

        foreach (ref var value in values[(vectors.Length * Vector<short>.Count)..])
        {
            value = BFloat16.IsNaN(value) ? BFloat16.NaN : value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Combine<TOperator>(ReadOnlySpan<BFloat16> left, ReadOnlySpan<BFloat16> right, Span<BFloat16> result)
        where TOperator : struct, IFloatOperator
    {
        var lefts = MemoryMarshal.Cast<BFloat16, Vector<ushort>>(left);
        var rights = MemoryMarshal.Cast<BFloat16, Vector<ushort>>(right)[..lefts.Length];
        var results = MemoryMarshal.Cast<BFloat16, Vector<ushort>>(result)[..lefts.Length];
        for (var i = 0; i < lefts.Length; i++)
        {
            results[i] = Merge(TOperator.Combine(Even(lefts[i]), Even(rights[i])), TOperator.Combine(Odd(lefts[i]), Odd(rights[i])));
        }

        for (var i = lefts.Length * Vector<ushort>.Count; i < left.Length; i++)
        {
            result[i] = (BFloat16)TOperator.Combine((float)left[i], (float)right[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Even(Vector<ushort> elements) =>
        Vector.AsVectorSingle(Vector.ShiftLeft(Vector.AsVectorUInt32(elements), DroppedBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Odd(Vector<ushort> elements) =>
        Vector.AsVectorSingle(Vector.AsVectorUInt32(elements) & new Vector<uint>(UpperHalf));

    /// <summary>
    /// Combines two float32 vectors into one of BFloat16, rounded: the inverse of <see cref="Even"/> and <see cref="Odd"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ushort> Merge(Vector<float> even, Vector<float> odd) => Vector.AsVectorUInt16(
        Vector.ConditionalSelect(new Vector<uint>(UpperHalf), Round(odd), Vector.ShiftRightLogical(Round(even), DroppedBits)));

    /// <summary>
    /// Rounds to the upper halves: to nearest, ties to even; a NaN becomes a quiet NaN. The lower halves of the result are meaningless.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Round(Vector<float> numbers)
    {
        var bits = Vector.AsVectorUInt32(numbers);
        var rounded = bits + new Vector<uint>(
            (1u << (DroppedBits - 1)) - 1) + (Vector.ShiftRightLogical(bits, DroppedBits) & Vector<uint>.One);
        return Vector.ConditionalSelect(Vector.AsVectorUInt32(Vector.Equals(numbers, numbers)), rounded, bits | new Vector<uint>(QuietBit));
    }
}
