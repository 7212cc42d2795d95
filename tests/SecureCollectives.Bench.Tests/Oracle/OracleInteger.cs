using System.Numerics;
using System.Runtime.InteropServices;

namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>Integers, which are equal to the bit.</summary>
internal sealed class OracleInteger<T>(string name) : OracleNumber<T>(name, OracleOperator.OfIntegers)
    where T : unmanaged, IBinaryInteger<T>
{
    /// <summary>Any; for sums and products so small that no result overflows, of which MPI says nothing.</summary>
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
