using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecureCollectives.Reduction;

/// <summary>
/// Arithmetic on <see cref="Half"/> with results bit-identical to those of TensorPrimitives: computed in float32, then rounded. Converting
/// arbitrary elements takes several times as long as converting finite ones only. Vectors of finite elements are therefore combined here,
/// and the rare other vectors by TensorPrimitives.
/// </summary>
/// <remarks>
/// The loops, and the helpers inlined into them, are fully optimised on their first call. With tiered compilation, AllReduce of 64 KiB to
/// 16 MiB of 16-bit numbers took two to five times as long (<c>testing-worker types</c>), for seconds or permanently.
/// </remarks>
internal static class HalfArithmetic
{
    private const short Magnitude = 0x7FFF;
    private const short Infinity = 0x7C00;

    public static void Add(ReadOnlySpan<Half> left, ReadOnlySpan<Half> right, Span<Half> result) => Combine<HalfSum>(left, right, result);

    public static void Multiply(ReadOnlySpan<Half> left, ReadOnlySpan<Half> right, Span<Half> result) =>
        Combine<HalfProduct>(left, right, result);

    public static void Min(ReadOnlySpan<Half> left, ReadOnlySpan<Half> right, Span<Half> result) => Combine<HalfMin>(left, right, result);

    public static void Max(ReadOnlySpan<Half> left, ReadOnlySpan<Half> right, Span<Half> result) => Combine<HalfMax>(left, right, result);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void UnifyNaNs(Span<Half> values)
    {
        var vectors = MemoryMarshal.Cast<Half, Vector<short>>(values);
        var nan = new Vector<short>(BitConverter.HalfToInt16Bits(Half.NaN));
        foreach (ref var vector in vectors)
        {
            vector = Vector.ConditionalSelect(
                Vector.GreaterThan(vector & new Vector<short>(Magnitude), new Vector<short>(Infinity)), nan, vector);
        }

        foreach (ref var element in values[(vectors.Length * Vector<short>.Count)..])
        {
            element = Half.IsNaN(element) ? Half.NaN : element;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Divide(Span<Half> sum, int worldSize)
    {
        var sums = MemoryMarshal.Cast<Half, Vector<ushort>>(sum);
        var divisor = new Vector<float>(worldSize);
        for (var i = 0; i < sums.Length; i++)
        {
            if (HalfVector.AreFinite(sums[i], sums[i], sums[i]))
            {
                sums[i] = HalfVector.Merge(
                    HalfVector.Narrow(HalfVector.Widen(HalfVector.Even(sums[i])) / divisor),
                    HalfVector.Narrow(HalfVector.Widen(HalfVector.Odd(sums[i])) / divisor));
            }
            else
            {
                DivideEach(sum.Slice(i * Vector<ushort>.Count, Vector<ushort>.Count), worldSize);
            }
        }

        DivideEach(sum[(sums.Length * Vector<ushort>.Count)..], worldSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Combine<TOperator>(ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, Span<Half> target)
        where TOperator : struct, IHalfOperator
    {
        var owns = MemoryMarshal.Cast<Half, Vector<ushort>>(own);
        var others = MemoryMarshal.Cast<Half, Vector<ushort>>(other)[..owns.Length];
        var targets = MemoryMarshal.Cast<Half, Vector<ushort>>(target)[..owns.Length];
        for (var i = 0; i < owns.Length; i++)
        {
            var result = TOperator.CombineFinite(owns[i], others[i]);
            if (HalfVector.AreFinite(owns[i], others[i], result))
            {
                targets[i] = result;
            }
            else
            {
                var elements = new Range(i * Vector<ushort>.Count, (i + 1) * Vector<ushort>.Count);
                TOperator.Combine(own[elements], other[elements], target[elements]);
            }
        }

        var rest = owns.Length * Vector<ushort>.Count;
        TOperator.Combine(own[rest..], other[rest..], target[rest..]);
    }

    /// <summary>Divides in float32, because Half does not represent every integer above 2048 exactly.</summary>
    private static void DivideEach(Span<Half> sum, int worldSize)
    {
        foreach (ref var element in sum)
        {
            element = (Half)((float)element / worldSize);
        }
    }
}
