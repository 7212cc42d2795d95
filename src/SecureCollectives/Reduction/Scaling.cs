using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SecureCollectives.Reduction;

/// <summary>Multiplies elements by a factor, in float32 for the 16-bit types and then rounded.</summary>
internal static class Scaling
{
    /// <summary>Numbers that are converted at once: they stay in the first-level cache.</summary>
    private const int Block = 512;

    /// <summary>Whether a type has fractions, and so can be scaled.</summary>
    public static bool Scales<T>() =>
        typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16);

    /// <summary>target = factor * source.</summary>
    /// <param name="source">Elements of a type that scales.</param>
    /// <param name="factor">What they are multiplied by; for all types but double it is rounded to float.</param>
    /// <param name="target">As long; may be the source.</param>
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
