namespace SecureCollectives.Bench.Measuring;

/// <summary>One timed batch, combined over all ranks.</summary>
/// <param name="Seconds">Seconds per operation: the batch's time on the slowest rank, divided by its number of operations.</param>
/// <param name="OperationSeconds">Seconds of each operation, on the rank where it took longest.</param>
/// <param name="ProcessorSeconds">Processor seconds per operation, summed over all ranks.</param>
internal sealed record BatchResult(double Seconds, IReadOnlyList<double> OperationSeconds, double ProcessorSeconds)
{
    private const int HeadValues = 2;

    /// <summary>
    /// The round trip of a cache line between the machine's two processors, in nanoseconds: the larger of the values before and after the
    /// batch. Null if it was not probed.
    /// </summary>
    public double? CoresNs { get; init; }

    public CoreState Cores => CoreDistance.StateOf(CoresNs, CoresNs);

    /// <summary>Returns a rank's report to the others: elapsed time, processor time, then the time of each operation.</summary>
    public static double[] Report(ReadOnlySpan<double> operationSeconds, double elapsed, double processor) =>
        [elapsed, processor, .. operationSeconds];

    /// <summary>
    /// Combines the ranks' reports. The slowest rank's time counts, not rank 0's, because training waits for the slowest.
    /// </summary>
    public static BatchResult Of(IReadOnlyList<double[]> reports)
    {
        var iterations = reports[0].Length - HeadValues;
        return new BatchResult(
            reports.Max(report => report[0]) / iterations,
            [.. Enumerable.Range(HeadValues, iterations).Select(i => reports.Max(report => report[i]))],
            reports.Sum(report => report[1]) / iterations);
    }
}
