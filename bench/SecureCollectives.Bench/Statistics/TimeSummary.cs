namespace SecureCollectives.Bench.Statistics;

/// <summary>Microseconds of one operation. Least and median are of batches, the 99th percentile of single operations.</summary>
internal sealed record TimeSummary(double Min, double Median, double? P99)
{
    private const int FewestOperations = 100;
    private const double Percentile = 0.99;

    /// <param name="samples">Time of an operation in each batch.</param>
    /// <param name="operations">Each operation's own time; for fewer than 100 there is no 99th percentile.</param>
    public static TimeSummary Of(IReadOnlyCollection<double> samples, IReadOnlyCollection<double> operations) => new(
        samples.Min(),
        OrderStatistics.Median(samples),
        operations.Count < FewestOperations ? null : OrderStatistics.Quantile(operations, Percentile));
}
