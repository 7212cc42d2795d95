using System.Numerics;
using System.Runtime.InteropServices;

namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>Integers, whose results are bit-identical.</summary>
internal sealed class OracleInteger<T>(string name) : OracleNumber<T>(name, OracleOperator.OfIntegers)
    where T : unmanaged, IBinaryInteger<T>
{
    /// <summary>
    /// Returns arbitrary integers. For sums and products they are small enough that no result overflows, because MPI leaves overflow
    /// undefined.
    /// </summary>
    public override byte[] Operands(OracleRandom random, int count, OracleOperator @operator)
    {
        var operands = random.Bytes(count * Bytes);
        var bits = Bytes * 8;
        var kept = @operator == OracleOperator.Sum ? bits - BitOperations.Log2(OracleCase.MostRanks)
            : @operator == OracleOperator.Product ? bits / OracleCase.MostRanks
            : bits;
        foreach (ref var operand in MemoryMarshal.Cast<byte, T>(operands.AsSpan()))
        {
            operand >>= bits - kept;
        }

        return operands;
    }
}
