namespace SecureCollectives.Bench.Statistics;

/// <summary>Microseconds per operation. Minimum and median are over batches, the 99th percentile over single operations.</summary>
internal sealed record TimeSummary(double Min, double Median, double? P99)
{
    private const int FewestOperations = 100;
    private const double Percentile = 0.99;

    /// <param name="samples">Microseconds per operation in each batch.</param>
    /// <param name="operations">Microseconds of each operation; with fewer than 100 there is no 99th percentile.</param>
    public static TimeSummary Of(IReadOnlyCollection<double> samples, IReadOnlyCollection<double> operations) => new(
        samples.Min(),
        OrderStatistics.Median(samples),
        operations.Count < FewestOperations ? null : OrderStatistics.Quantile(operations, Percentile));
}
