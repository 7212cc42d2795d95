using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Reduction;

internal readonly struct HalfMin : IHalfOperator
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<ushort> CombineFinite(Vector<ushort> own, Vector<ushort> other) => Vector.AsVectorUInt16(
        HalfVector.Order(Vector.Min(HalfVector.Order(Vector.AsVectorInt16(own)), HalfVector.Order(Vector.AsVectorInt16(other)))));

    public static void Combine(ReadOnlySpan<Half> own, ReadOnlySpan<Half> other, Span<Half> target) =>
        TensorPrimitives.Min(own, other, target);
}
