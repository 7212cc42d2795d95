using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Reduction;

internal readonly struct HalfSum : IHalfOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<ushort> CombineFinite(Vector<ushort> own, Vector<ushort> other) => HalfVector.Merge(
        HalfVector.Add(HalfVector.Even(own), HalfVector.Even(other)),
        HalfVector.Add(HalfVector.Odd(own), HalfVector.Odd(other)));

    public static void Combine(ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, Span<Half> target) =>
        TensorPrimitives.Add(own, other, target);
}
