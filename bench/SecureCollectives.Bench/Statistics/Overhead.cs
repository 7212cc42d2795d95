namespace SecureCollectives.Bench.Statistics;

/// <summary>The cost of protection: the share of plaintext's throughput that is lost, in percent. Null if it is unknown.</summary>
internal sealed record Overhead(double? Median, double? Low, double? High)
{
    public static Overhead Unknown { get; } = new(null, null, null);

    /// <summary>Returns one round's overhead: 100 * (1 - tPlain / tProtected). Twice the time is 50 %.</summary>
    public static double OfRound(double plain, double protectedTime) => 100 * (1 - (plain / protectedTime));

    /// <param name="plain">The baseline's time in each round.</param>
    /// <param name="protectedTimes">The variant's time in each round.</param>
    public static Overhead Of(IReadOnlyList<double> plain, IReadOnlyList<double> protectedTimes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(protectedTimes.Count, plain.Count);
        double[] rounds = [.. plain.Zip(protectedTimes, OfRound)];
        return MedianInterval.Of(rounds) is { } interval
            ? new Overhead(OrderStatistics.Median(rounds), interval.Low, interval.High) : Unknown;
    }
}
