namespace SecureCollectives.Bench.Statistics;

/// <summary>
/// A confidence interval for the median from order statistics: from the k-th smallest to the k-th largest of n independent values. It
/// misses the true median only if fewer than k values fall on one side of it, and each value falls on either side with probability 1/2. Its
/// coverage is therefore 1 - 2 P(B &lt; k) with B binomial (n, 1/2), whatever the distribution (David and Nagaraja, Order Statistics, 7.1).
/// </summary>
internal static class MedianInterval
{
    /// <summary>With fewer values, even the interval from the smallest to the largest covers the median too rarely.</summary>
    public const int FewestValues = 6;

    /// <summary>The interval is the narrowest that covers the median with at least this probability.</summary>
    private const double WantedCoverage = 0.95;

    /// <summary>Returns the interval, or null if there are too few values.</summary>
    public static (double Low, double High)? Of(IReadOnlyCollection<double> values)
    {
        if (values.Count < FewestValues)
        {
            return null;
        }

        var sorted = values.Order().ToArray();
        var (trimmed, _) = Trim(sorted.Length);
        return (sorted[trimmed], sorted[^(trimmed + 1)]);
    }

    /// <summary>Returns how often the interval of n values covers the true median; null if there is none.</summary>
    public static double? Coverage(int n) => n < FewestValues ? null : Trim(n).Coverage;

    /// <summary>Returns k, the number of values that can be left out at each end, and the coverage then: 1 - 2 P(B &lt;= k).</summary>
    private static (int Trimmed, double Coverage) Trim(int n)
    {
        // Use logarithms: 2^-n underflows a double for large n.
        var logProbability = -n * Math.Log(2);
        var coverage = 1 - (2 * Math.Exp(logProbability));
        for (var k = 0; ; k++)
        {
            logProbability += Math.Log(n - k) - Math.Log(k + 1);
            var next = coverage - (2 * Math.Exp(logProbability));
            if (next < WantedCoverage)
            {
                return (k, coverage);
            }

            coverage = next;
        }
    }
}
