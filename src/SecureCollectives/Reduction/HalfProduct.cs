using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Reduction;

internal readonly struct HalfProduct : IHalfOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<ushort> CombineFinite(Vector<ushort> own, Vector<ushort> other) => HalfVector.Merge(
        HalfVector.Narrow(HalfVector.Widen(HalfVector.Even(own)) * HalfVector.Widen(HalfVector.Even(other))),
        HalfVector.Narrow(HalfVector.Widen(HalfVector.Odd(own)) * HalfVector.Widen(HalfVector.Odd(other))));

    public static void Combine(ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, Span<Half> target) =>
        TensorPrimitives.Multiply(own, other, target);
}
