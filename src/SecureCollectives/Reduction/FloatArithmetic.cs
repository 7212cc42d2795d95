using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SecureCollectives.Reduction;

/// <summary>Operations on float and double for which System.Numerics.Tensors has no suitable equivalent.</summary>
internal static class FloatArithmetic
{
    public static void Divide<T>(Span<T> values, int worldSize)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        TensorPrimitives.Divide(values, T.CreateChecked(worldSize), values);

    public static void UnifyNaNs<T>(Span<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        foreach (ref var vector in vectors)
        {
            vector = Vector.ConditionalSelect(Vector.Equals(vector, vector), vector, new Vector<T>(T.NaN));
        }

        foreach (ref var element in values[(vectors.Length * Vector<T>.Count)..])
        {
            element = T.IsNaN(element) ? T.NaN : element;
        }
    }
}
