namespace SecureCollectives.Bench.Measuring;

/// <summary>One timed batch, as all ranks together saw it.</summary>
/// <param name="Seconds">Of one operation: the batch's time on the slowest rank, by its operations.</param>
/// <param name="OperationSeconds">Each operation's own time, on the rank where it took longest.</param>
/// <param name="ProcessorSeconds">Of one operation, over all ranks.</param>
internal sealed record BatchResult(double Seconds, IReadOnlyList<double> OperationSeconds, double ProcessorSeconds)
{
    private const int HeadValues = 2;

    /// <summary>
    /// Nanoseconds of a cache line's round trip between the machine's two processors, the greater of before and after the batch; null where
    /// that was not probed.
    /// </summary>
    public double? CoresNs { get; init; }

    public CoreState Cores => CoreDistance.StateOf(CoresNs, CoresNs);

    /// <summary>What a rank tells the others: elapsed time, processor time, then the time of each operation.</summary>
    public static double[] Report(ReadOnlySpan<double> operationSeconds, double elapsed, double processor) =>
        [elapsed, processor, .. operationSeconds];

    /// <summary>Never rank 0's figures: the slowest rank decides, for it is the one that training waits for.</summary>
    public static BatchResult Of(IReadOnlyList<double[]> reports)
    {
        var iterations = reports[0].Length - HeadValues;
        return new BatchResult(
            reports.Max(report => report[0]) / iterations,
            [.. Enumerable.Range(HeadValues, iterations).Select(i => reports.Max(report => report[i]))],
            reports.Sum(report => report[1]) / iterations);
    }
}
