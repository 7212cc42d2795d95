using System.Numerics;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// Inputs that depend on rank and position, and the results that collectives must produce, computed in plain loops that share no code with
/// the library.
/// </summary>
internal static class Reference
{
    /// <summary>
    /// Returns small integers of any type, whose sums are exact in any order; negative ones wrap around in unsigned types.
    /// </summary>
    public static T[] Input<T>(int rank, int length)
        where T : INumber<T>
    {
        var input = new T[length];
        for (var i = 0; i < length; i++)
        {
            input[i] = T.CreateTruncating((((i * 7) + (rank * 13)) % 11) - 5);
        }

        return input;
    }

    /// <summary>Returns values whose sum depends on the order of addition.</summary>
    public static float[] Rough(int rank, int length)
    {
        var random = new Random((rank * 1000) + 1);
        return [.. Enumerable.Range(0, length)
            .Select(_ => (float)Math.Pow(10, (random.NextDouble() * 12) - 6) * (random.Next(2) == 0 ? -1 : 1))];
    }

    public static T[] AllReduce<T>(int size, int length, ReduceOp operation)
        where T : INumber<T>
    {
        var result = Combine<T>(size, length, (left, right) => operation == ReduceOp.Min ? T.Min(left, right)
            : operation == ReduceOp.Max ? T.Max(left, right)
            : operation == ReduceOp.Product ? left * right
            : left + right);
        if (operation == ReduceOp.Average)
        {
            for (var i = 0; i < length; i++)
            {
                result[i] /= T.CreateChecked(size);
            }
        }

        return result;
    }

    /// <summary>Returns the inputs of all ranks, combined in rank order.</summary>
    public static T[] Combine<T>(int size, int length, Func<T, T, T> combine)
        where T : INumber<T> =>
        Enumerable.Range(1, size - 1).Aggregate(Input<T>(0, length), (result, rank) => [.. result.Zip(Input<T>(rank, length), combine)]);

    public static T[] AllGather<T>(int size, int length)
        where T : INumber<T> =>
        [.. Enumerable.Range(0, size).SelectMany(rank => Input<T>(rank, length))];
}
