namespace SecureCollectives.Bench.Statistics;

/// <summary>
/// An interval for the median by order statistics: from the k-th least to the k-th greatest of n independent values. It covers the true median unless
/// fewer than k values fall on one side of it, each side being as likely as the toss of a coin; so its coverage is 1 - 2 P(B &lt; k) with B binomial (n, 1/2),
/// whatever the distribution (David and Nagaraja, Order Statistics, 7.1).
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
            return null;
        var sorted = values.Order().ToArray();
        var trimmed = Trimmed(sorted.Length);
        return (sorted[trimmed], sorted[^(trimmed + 1)]);
    }

    /// <summary>How often such an interval of n values covers the true median; null where there is none.</summary>
    public static double? Coverage(int n) => n < FewestValues ? null : 1 - (2 * Tail(n, Trimmed(n)));

    /// <summary>Values left out at each end.</summary>
    private static int Trimmed(int n)
    {
        var trimmed = 0;
        while (1 - (2 * Tail(n, trimmed + 1)) >= WantedCoverage)
            trimmed++;
        return trimmed;
    }

    /// <summary>P(B &lt;= k). Logarithms, because 2^-n leaves the range of a double at large n.</summary>
    private static double Tail(int n, int k)
    {
        var sum = 0.0;
        var logBinomial = 0.0;
        for (var i = 0; i <= k; i++)
        {
            sum += Math.Exp(logBinomial - (n * Math.Log(2)));
            logBinomial += Math.Log(n - i) - Math.Log(i + 1);
        }

        return sum;
    }
}
