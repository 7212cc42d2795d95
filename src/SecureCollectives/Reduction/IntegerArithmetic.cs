using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Reduction;

/// <summary>Averages of integers.</summary>
internal static class IntegerArithmetic
{
    /// <summary>
    /// Divides with truncation towards zero. 8-bit and 16-bit types are divided as int, since the number of ranks may not fit the type; it
    /// then exceeds the magnitude of every sum except the minimum of a signed type.
    /// </summary>
    public static void Divide<T>(Span<T> sums, int worldSize)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (Unsafe.SizeOf<T>() > sizeof(short))
        {
            TensorPrimitives.Divide(sums, T.CreateChecked(worldSize), sums);
            return;
        }

        foreach (ref var sum in sums)
        {
            sum = T.CreateChecked(int.CreateChecked(sum) / worldSize);
        }
    }
}
