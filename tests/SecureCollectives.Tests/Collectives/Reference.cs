using System.Numerics;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Inputs that depend on rank and position, and what collectives must make of them: plain loops, nothing shared with the library.</summary>
internal static class Reference
{
    /// <summary>Small integers in every type, so that sums are exact and order does not matter.</summary>
    public static T[] Input<T>(int rank, int length)
        where T : INumber<T>
    {
        var input = new T[length];
        for (var i = 0; i < length; i++)
        {
            input[i] = T.CreateChecked((((i * 7) + (rank * 13)) % 11) - 5);
        }

        return input;
    }

    /// <summary>Values whose sum depends on the order of addition.</summary>
    public static float[] Rough(int rank, int length)
    {
        var random = new Random((rank * 1000) + 1);
        return [.. Enumerable.Range(0, length).Select(_ => (float)Math.Pow(10, (random.NextDouble() * 12) - 6) * (random.Next(2) == 0 ? -1 : 1))];
    }

    public static T[] AllReduce<T>(int size, int length, ReduceOp operation)
        where T : INumber<T>
    {
        var result = Input<T>(0, length);
        for (var rank = 1; rank < size; rank++)
        {
            var input = Input<T>(rank, length);
            for (var i = 0; i < length; i++)
            {
                result[i] = operation == ReduceOp.Min ? T.Min(result[i], input[i])
                    : operation == ReduceOp.Max ? T.Max(result[i], input[i])
                    : operation == ReduceOp.Product ? result[i] * input[i]
                    : result[i] + input[i];
            }
        }

        if (operation == ReduceOp.Average)
        {
            for (var i = 0; i < length; i++)
            {
                result[i] /= T.CreateChecked(size);
            }
        }

        return result;
    }

    public static T[] AllGather<T>(int size, int length)
        where T : INumber<T> =>
        [.. Enumerable.Range(0, size).SelectMany(rank => Input<T>(rank, length))];
}
