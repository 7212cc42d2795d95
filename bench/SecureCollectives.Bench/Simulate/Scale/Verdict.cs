using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>
/// Concludes from the rows whether large worlds need an algorithm, by comparing it with the best of the others, with protection.
/// </summary>
internal static class Verdict
{
    /// <summary>The smallest factor that a user may notice. If the model's error is larger, the error is the threshold.</summary>
    private const double Notable = 1.2;

    private const int LargeWorld = 64;
    private const double Percent = 100;

    /// <param name="algorithm">The algorithm.</param>
    /// <param name="rows">The simulated rows.</param>
    /// <param name="largestError">The largest error of the check, as a share of the measured time; null if nothing was checked.</param>
    public static IReadOnlyList<string> Of(Algorithm algorithm, IReadOnlyList<ScaleRow> rows, double? largestError)
    {
        var large = rows.Where(row => row.Cell.World >= LargeWorld).ToArray();
        if (large.Length == 0)
        {
            return [$"No world of {LargeWorld} workers or more was simulated, so it is unknown whether they need the {algorithm.Title}."];
        }

        var gains = large.Where(row => row.Gain(algorithm) is not null).Select(row => (Row: row, Gain: row.Gain(algorithm)!.Value))
            .ToArray();
        if (gains.Length == 0)
        {
            return [$"With one worker on each host, or one host, there is no {algorithm.Title}, "
                + $"so it is unknown whether {LargeWorld} or more workers need it."];
        }

        var threshold = Math.Max(Notable, 1 + (largestError ?? 0));
        var needed = gains.Where(entry => entry.Gain >= threshold).ToArray();
        var answer = needed.Length == 0 ? "do not need it" : 2 * needed.Length >= gains.Length ? "need it" : "need it in some cases";
        var where = needed.GroupBy(entry => entry.Row.Cell.Bytes)
            .Select(size => $"{size.Count()} of {gains.Count(entry => entry.Row.Cell.Bytes == size.Key)} at {ByteSize.Describe(size.Key)}");
        var (most, least) = (gains.MaxBy(entry => entry.Gain), gains.MinBy(entry => entry.Gain));
        return
        [
            $"{LargeWorld} workers and more, with aead: "
                + $"the {algorithm.Title} is at least {Number(threshold)} times as fast as the best other algorithm "
            + $"in {needed.Length} of {gains.Length} cells.",
            $"Median {Number(OrderStatistics.Median([.. gains.Select(entry => entry.Gain)]))} times, "
                + $"most {Number(most.Gain)} ({Describe(most.Row)}), "
            + $"least {Number(least.Gain)} ({Describe(least.Row)}).",
            largestError is { } error
                ? string.Create(CultureInfo.InvariantCulture,
                    $"Less than {Number(threshold)} times counts as equal: the largest error of the check is {Percent * error:0.0} %.")
                : $"Less than {Number(threshold)} times counts as equal; the model's error was not measured.",
            $"They {answer}{(needed.Length > 0 ? $": {string.Join(", ", where)}" : "")}.",
        ];
    }

    private static string Describe(ScaleRow row) =>
        $"{row.Cell.World} workers, {ByteSize.Describe(row.Cell.Bytes)}, {BitRate.Describe(row.Cell.BitsPerSecond)}/s";

    private static string Number(double value) => value.ToString(value >= 10 ? "0" : "0.0#", CultureInfo.InvariantCulture);
}
