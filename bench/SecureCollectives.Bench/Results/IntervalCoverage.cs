using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Results;

/// <summary>
/// How often the interval for a number of rounds covers the true median; null if there are too few rounds for an interval.
/// </summary>
internal sealed record IntervalCoverage(int Rounds, double? Coverage)
{
    private const int Digits = 5;

    /// <summary>Returns the coverage for each number of rounds that occurs in the rows.</summary>
    public static IReadOnlyList<IntervalCoverage> Of(IReadOnlyList<ResultRow> rows) =>
        [.. rows.Select(row => row.Rounds).Distinct().Order().Select(Of)];

    private static IntervalCoverage Of(int rounds) =>
        new(rounds, MedianInterval.Coverage(rounds) is { } coverage ? Math.Round(coverage, Digits) : null);
}
