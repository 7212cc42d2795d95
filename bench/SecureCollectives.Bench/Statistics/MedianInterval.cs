namespace SecureCollectives.Bench.Statistics;

/// <summary>
/// An interval for the median by order statistics: from the k-th least to the k-th greatest of n independent values. It covers the true
/// median unless fewer than k values fall on one side of it, each side being as likely as the toss of a coin; so its coverage is 1 - 2 P(B
/// &lt; k) with B binomial (n, 1/2), whatever the distribution (David and Nagaraja, Order Statistics, 7.1).
/// </summary>
internal static class MedianInterval
{
    /// <summary>With fewer values even the least and the greatest cover the median too seldom.</summary>
    public const int FewestValues = 6;

    /// <summary>The interval is the narrowest that covers the median at least so often.</summary>
    private const double WantedCoverage = 0.95;

    /// <summary>Null where there are too few values.</summary>
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

    /// <summary>How often such an interval of n values covers the true median; null where there is none.</summary>
    public static double? Coverage(int n) => n < FewestValues ? null : Trim(n).Coverage;

    /// <summary>As many values as can be left out at each end, k, and what is covered then: 1 - 2 P(B &lt;= k).</summary>
    private static (int Trimmed, double Coverage) Trim(int n)
    {
        // Logarithms, because 2^-n leaves the range of a double at large n.
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
