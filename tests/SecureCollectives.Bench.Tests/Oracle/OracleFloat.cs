using System.Numerics;
using System.Runtime.InteropServices;

namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>
/// Floating-point numbers. Sums and products are rounded N - 1 times between N ranks, in an order that is each library's own; everything
/// else is equal to the bit.
/// </summary>
internal sealed class OracleFloat<T>(string name, int significantBits) : OracleNumber<T>(name, OracleOperator.OfNumbers)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Of a power of two: magnitudes far enough apart that sums depend on the order, and products of four that neither overflow nor lose
    /// bits below.
    /// </summary>
    private const int LargestExponent = 20;

    /// <summary>More than the roundings of the bound itself, which is computed in double, take from it.</summary>
    private const double Slack = 1 + (1.0 / (1 << 20));

    public override byte[] Operands(OracleRandom random, int count, OracleOperator @operator)
    {
        var operands = new byte[count * Bytes];
        foreach (ref var operand in MemoryMarshal.Cast<byte, T>(operands.AsSpan()))
        {
            // The fraction of a double from the upper bits, exponent and sign from the lower ones.
            var bits = random.Next();
            var fraction = (bits >> 12) * Math.ScaleB(1, -52);
            var exponent = ((int)(bits >> 1 & 0x7ff) % (2 * LargestExponent)) - LargestExponent;
            operand = T.ScaleB(T.CreateChecked((bits & 1) == 0 ? 1 + fraction : -1 - fraction), exponent);
        }

        return operands;
    }

    /// <summary>
    /// In whatever order, n roundings leave a sum within g times the sum of the magnitudes of the exact one, and a product within g times
    /// its own magnitude, where g is nu / (1 - nu) and u half a unit in the last place of 1 (Higham, Accuracy and Stability of Numerical
    /// Algorithms, 3.1 and 4.2). Ours and theirs are each so near the exact result, so they are within twice that of each other.
    /// </summary>
    protected override Func<int, T, T, bool>? Tolerance(OracleCase wanted, int rank)
    {
        if (wanted.Operator is not { Rounds: true } combining)
        {
            return null;
        }

        var start = wanted.CombinedFrom(rank);
        T[][] inputs = [.. Enumerable.Range(0, wanted.World).Select(peer => Elements(wanted.Input(peer)))];
        var roundings = (wanted.World - 1) * Math.ScaleB(1, -significantBits);
        var bound = 2 * Slack * roundings / (1 - roundings);
        return (position, ours, theirs) =>
        {
            var magnitudes = inputs.Select(input => Math.Abs(double.CreateChecked(input[start + position])));
            var scale = combining == OracleOperator.Sum ? magnitudes.Sum() : magnitudes.Aggregate((left, right) => left * right);
            return Math.Abs(double.CreateChecked(ours) - double.CreateChecked(theirs)) <= bound * scale;
        };
    }
}
