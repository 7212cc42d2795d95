using System.Globalization;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>Prints the comparison: a block for each collective and size, a line for each contender, in at most 80 columns.</summary>
internal static class CompareTable
{
    public static void Write(TextWriter output, CompareResults results, CompareOptions options)
    {
        foreach (var cores in Enum.GetValues<CoreState>())
        {
            // If there are samples with near cores, omit those with far cores unless they suffice for an interval. The JSON has all
            // samples.
            if (results.Rows(cores) is var rows
                && (cores != CoreState.Far || results.Count(CoreState.Near) == 0
                    || rows.Any(row => row.TimesUs.Count >= MedianInterval.FewestValues)))
            {
                WriteState(output, rows, cores, options);
            }
        }

        foreach (var line in Legend(results))
        {
            output.WriteLine(line);
        }
    }

    private static void WriteState(TextWriter output, IReadOnlyList<CompareRow> rows, CoreState cores, CompareOptions options)
    {
        foreach (var collective in rows.GroupBy(row => row.Cell.Collective))
        {
            var compared = ComparedCollective.All[collective.Key];
            output.WriteLine($"{compared.Title} of float32, {compared.Place}, {options.World} ranks on one machine{StateOf(cores)}");
            output.WriteLine(Line("size", "over", "contender", "time us", "GB/s", "x peer", "interval", "x best"));
            foreach (var cell in collective.GroupBy(row => row.Cell))
            {
                var size = ByteSize.Describe(cell.Key.Bytes);
                foreach (var medium in cell.GroupBy(row => row.Contender.Medium))
                {
                    var name = medium.Key;
                    foreach (var row in medium)
                    {
                        output.WriteLine(LineOf(row, size, name));
                        (size, name) = ("", "");
                    }
                }
            }

            output.WriteLine();
        }
    }

    private static IEnumerable<string> Legend(CompareResults results)
    {
        if (results.Rows().Any(row => row.Best is not null))
        {
            yield return "x peer: speed relative to the better peer (*) over the same medium, which sends";
            yield return "plaintext: the median of the rounds' ratios, with its 95 % interval.";
            yield return "x best: the same, relative to the best peer over any medium.";
        }
        else
        {
            yield return "No peer was measured, so there are no ratios.";
        }

        yield return "async: awaited calls; the others run on the caller's thread. untuned: with the";
        yield return "system's congestion control instead of the library's choice.";
        if (results.Count(CoreState.Near) + results.Count(CoreState.Far) is var probed and > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Cores near each other (a cache line's round trip within {CoreDistance.NearNanoseconds} ns)");
            yield return string.Create(CultureInfo.InvariantCulture,
                $"in {results.Count(CoreState.Near)} of {probed} samples; only these count in the tables of near cores.");
        }
    }

    private static string LineOf(CompareRow row, string size, string medium) => Line(
        size,
        medium,
        row.Contender.Title,
        Fixed(row.MedianUs, row.MedianUs < 1e5 ? "0.0" : "0"),
        row.Cell.IsLatency ? "" : Fixed(row.AlgbwGBps, "0.00"),
        row.IsBetterPeer ? "*" : Ratio(row.SameMedium),
        row.SameMedium?.Interval is { } interval && !row.IsBetterPeer ? $"[{Short(interval.Low)}, {Short(interval.High)}]" : "",
        row.Contender == row.Best?.Peer ? "*" : Ratio(row.Best));

    private static string Ratio(PeerRatio? ratio) => ratio?.Median is { } median ? Short(median) : "";

    /// <summary>Formats a ratio with three digits.</summary>
    private static string Short(double ratio) => Fixed(ratio, ratio < 9.995 ? "0.00" : ratio < 99.95 ? "0.0" : "0");

    private static string Line(
        string size, string medium, string contender, string time, string bandwidth, string ratio, string interval, string best) =>
        $"{size,7} {medium,-6} {contender,-24} {time,7} {bandwidth,5} {ratio,6} {interval,12} {best,6}".TrimEnd();

    private static string StateOf(CoreState cores) => cores switch
    {
        CoreState.Near => ", cores near",
        CoreState.Far => ", cores far apart",
        _ => "",
    };

    private static string Fixed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
