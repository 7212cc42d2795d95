namespace SecureCollectives.Bench.Statistics;

/// <summary>Statistics that rely on sorting alone, so that a disturbed round hardly affects them and no distribution is assumed.</summary>
internal static class OrderStatistics
{
    /// <summary>Returns the middle value, or the mean of the two middle values.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Returns the smallest value that at least the given share of the values does not exceed (nearest rank).</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
