using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SecureCollectives.Reduction;

/// <summary>Averages of integers.</summary>
internal static class IntegerArithmetic
{
    /// <summary>
    /// Divides towards zero. The number of ranks need not be one of the type's: then it is greater than every sum but, of signed types, the
    /// least.
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
