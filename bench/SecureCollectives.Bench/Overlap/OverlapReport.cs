using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Overlap;

/// <summary>Formats the output of <c>overlap</c>.</summary>
internal static class OverlapReport
{
    private const double MillisecondsPerSecond = 1e3;

    public static IEnumerable<string> Lines(OverlapOptions options, OverlapResult result, int ranks)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"# {ranks} workers, {options.Protection} at {BitRate.Describe(options.LineRate)}: {ByteSize.Describe(options.Bytes)} "
                + $"of gradients in {options.Layers} layers and {result.Buckets} buckets; {options.Rounds} rounds");
        yield return "#                                  median      interval";
        yield return Line("computation alone", result.Computing, MillisecondsPerSecond, "ms", "0.0");
        yield return Line("communication alone", result.Communicating, MillisecondsPerSecond, "ms", "0.0");
        yield return Line("one after the other", result.Apart, MillisecondsPerSecond, "ms", "0.0");
        yield return Line("overlapped", result.Overlapped, MillisecondsPerSecond, "ms", "0.0");
        yield return Line("overlapped / one after other", Ratios(result), 1, "  ", "0.000");
    }

    private static double[] Ratios(OverlapResult result) =>
        [.. result.Overlapped.Zip(result.Apart, static (overlapped, apart) => overlapped / apart)];

    private static string Line(string what, IReadOnlyCollection<double> values, double factor, string unit, string format)
    {
        var median = Text(OrderStatistics.Median(values));
        var interval = MedianInterval.Of(values) is var (low, high) ? $"[{Text(low)}, {Text(high)}]" : "(too few rounds)";
        return $"{what,-28} {median,9} {unit}   {interval}";

        string Text(double value) => (value * factor).ToString(format, CultureInfo.InvariantCulture);
    }
}
