using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>Answers from the rows whether large worlds need an algorithm: with protection, against the best of the others.</summary>
internal static class Verdict
{
    /// <summary>Below it a factor is within what the model is off.</summary>
    private const double Notable = 1.2;

    private const int LargeWorld = 64;

    public static string Of(Algorithm algorithm, IReadOnlyList<ScaleRow> rows)
    {
        var gains = rows.Where(row => row.Cell.World >= LargeWorld && row.Gain(algorithm) is not null).Select(row => (Row: row, Gain: row.Gain(algorithm)!.Value)).ToArray();
        if (gains.Length == 0)
            return $"No world of {LargeWorld} workers or more was simulated, so whether such need the {algorithm.Title} is not answered.";
        var needed = gains.Where(entry => entry.Gain >= Notable).ToArray();
        var answer = needed.Length == 0 ? "do not need it" : 2 * needed.Length >= gains.Length ? "need it" : "need it in some cases";
        var where = needed.GroupBy(entry => entry.Row.Cell.Bytes)
            .Select(size => $"{size.Count()} of {gains.Count(entry => entry.Row.Cell.Bytes == size.Key)} at {ByteSize.Describe(size.Key)}");
        var (most, least) = (gains.MaxBy(entry => entry.Gain), gains.MinBy(entry => entry.Gain));
        return $"Users of {LargeWorld} workers and more, with aead: the {algorithm.Title} is at least {Number(Notable)} times as fast as the best other algorithm in {needed.Length} of {gains.Length} cells"
            + (needed.Length > 0 ? $" ({string.Join(", ", where)})" : "")
            + $"; median {Number(OrderStatistics.Median([.. gains.Select(entry => entry.Gain)]))} times, most {Number(most.Gain)} ({Describe(most.Row)}), least {Number(least.Gain)} ({Describe(least.Row)}). They {answer}.";
    }

    private static string Describe(ScaleRow row) =>
        $"{row.Cell.World} workers, {ByteSize.Describe(row.Cell.Bytes)}, {BitRate.Describe(row.Cell.BitsPerSecond)}/s";

    private static string Number(double value) => value.ToString(value >= 10 ? "0" : "0.0#", CultureInfo.InvariantCulture);
}
