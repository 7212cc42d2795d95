using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SecureCollectives.Reduction;

/// <summary>Multiplies elements by a factor; 16-bit types are multiplied in float32 and then rounded.</summary>
internal static class Scaling
{
    /// <summary>The number of elements converted at a time, which fit in the L1 cache.</summary>
    private const int Block = 512;

    /// <summary>Returns whether a type is a floating-point type, which can be scaled.</summary>
    public static bool Scales<T>() =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16);

    /// <summary>Computes target = factor * source.</summary>
    /// <param name="source">Elements of a type that can be scaled.</param>
    /// <param name="factor">The factor; rounded to float for all types except double.</param>
    /// <param name="target">Receives the products. Must have the length of the source and may be the same memory.</param>
    public static void Scale<T>(ReadOnlySpan<T> source, double factor, Span<T> target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            TensorPrimitives.Multiply(MemoryMarshal.Cast<T, double>(source), factor, MemoryMarshal.Cast<T, double>(target));
        }
        else if (typeof(T) == typeof(float))
        {
            TensorPrimitives.Multiply(MemoryMarshal.Cast<T, float>(source), (float)factor, MemoryMarshal.Cast<T, float>(target));
        }
        else if (typeof(T) == typeof(Half))
        {
            Scale(MemoryMarshal.Cast<T, Half>(source), (float)factor, MemoryMarshal.Cast<T, Half>(target));
        }
        else
        {
            BFloat16Arithmetic.Scale(MemoryMarshal.Cast<T, BFloat16>(source), (float)factor, MemoryMarshal.Cast<T, BFloat16>(target));
        }
    }

    private static void Scale(ReadOnlySpan<Half> source, float factor, Span<Half> target)
    {
        Span<float> numbers = stackalloc float[Block];
        for (var start = 0; start < source.Length; start += Block)
        {
            var length = Math.Min(Block, source.Length - start);
            var block = numbers[..length];
            TensorPrimitives.ConvertToSingle(source.Slice(start, length), block);
            TensorPrimitives.Multiply(block, factor, block);
            TensorPrimitives.ConvertToHalf(block, target.Slice(start, length));
        }
    }
}
