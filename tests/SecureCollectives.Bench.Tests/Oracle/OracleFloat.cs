using System.Numerics;
using System.Runtime.InteropServices;

namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>
/// Floating-point numbers. Sums and products over N ranks are rounded N - 1 times, in an order that each library chooses; all other results
/// are bit-identical.
/// </summary>
internal sealed class OracleFloat<T>(string name, int significantBits) : OracleNumber<T>(name, OracleOperator.OfNumbers)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The largest exponent of 2 in an operand. Magnitudes are far enough apart that sums depend on the order, and near enough that
    /// products of four neither overflow nor underflow.
    /// </summary>
    private const int LargestExponent = 20;

    /// <summary>Covers the rounding errors of the bound, which is itself computed in double.</summary>
    private const double Slack = 1 + (1.0 / (1 << 20));

    public override byte[] Operands(OracleRandom random, int count, OracleOperator @operator)
    {
        var operands = new byte[count * Bytes];
        foreach (ref var operand in MemoryMarshal.Cast<byte, T>(operands.AsSpan()))
        {
            // Take the fraction of a double from the upper bits, and exponent and sign from the lower ones.
            var bits = random.Next();
            var fraction = (bits >> 12) * Math.ScaleB(1, -52);
            var exponent = ((int)(bits >> 1 & 0x7ff) % (2 * LargestExponent)) - LargestExponent;
            operand = T.ScaleB(T.CreateChecked((bits & 1) == 0 ? 1 + fraction : -1 - fraction), exponent);
        }

        return operands;
    }

    /// <summary>
    /// In any order, a sum with n roundings differs from the exact one by at most g times the sum of the magnitudes, and a product by at
    /// most g times its own magnitude, where g = nu / (1 - nu) and u is half a unit in the last place of 1 (Higham, Accuracy and Stability
    /// of Numerical Algorithms, 3.1 and 4.2). Both libraries' results are within this bound of the exact one, so they differ by at most
    /// twice as much.
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
