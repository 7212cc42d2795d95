using System.Globalization;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;
using Spectre.Console;

namespace SecureCollectives.Bench.Rendering;

/// <summary>
/// What stands below the table: what protection costs at each size, in a small table and in words. Without the twins of settings, whose
/// overhead is of the setting as much as of the protection.
/// </summary>
internal static class OverheadSummary
{
    public static void Write(IAnsiConsole console, IReadOnlyList<ResultRow> rows)
    {
        var compared = Compared(rows).ToArray();
        if (compared.Length == 0)
        {
            return;
        }

        console.WriteLine("What protection costs: the share of plaintext's throughput that is lost, median over the rounds [interval], "
            + "beside the 10-30 % of folklore");
        foreach (var transport in compared.GroupBy(TableText.TransportOf))
        {
            console.Write(TableOf(transport.Key, [.. transport]));
        }

        foreach (var line in Sentences(rows))
        {
            console.WriteLine(line);
        }
    }

    /// <summary>One for each transport: side by side they would not fit a line.</summary>
    private static Table TableOf(string transport, IReadOnlyList<ResultRow> compared)
    {
        var variants = compared.Select(Name).Distinct().ToArray();
        var table = new Table().Border(TableBorder.Simple).AddColumn(transport).AddColumn(new TableColumn("size").RightAligned());
        foreach (var variant in variants)
        {
            table.AddColumn(new TableColumn(Markup.Escape(variant)).RightAligned());
        }

        foreach (var size in compared.GroupBy(row => (row.Collective, row.Bytes)))
        {
            var cells = variants.Select(variant => size.FirstOrDefault(row => Name(row) == variant) is { } row ? Cell(row) : "");
            table.AddRow([size.Key.Collective, ByteSize.Describe(size.Key.Bytes), .. cells.Select(Markup.Escape)]);
        }

        return table;
    }

    /// <summary>In words, for those who read nothing else.</summary>
    public static IEnumerable<string> Sentences(IReadOnlyList<ResultRow> rows)
    {
        foreach (var variant in Compared(rows).GroupBy(row => (row.Collective, Name: Name(row))))
        {
            var largest = variant.MaxBy(row => row.Bytes)!;
            var plain = rows.First(row => row.Setting is null && row.Protection == Names.Plaintext
                && row.Bytes == largest.Bytes && row.Collective == largest.Collective
                    && TableText.TransportOf(row) == TableText.TransportOf(largest));
            yield return $"{variant.Key.Collective} of {ByteSize.Describe(largest.Bytes)} with {variant.Key.Name}: "
                + $"{Text(largest.AlgbwGBps, "0.00")} GB/s where plaintext moves "
                + $"{Text(plain.AlgbwGBps, "0.00")}; {Text(largest.TimeUs.Median / plain.TimeUs.Median, "0.00")} times the time; "
                + $"{Text(largest.CpuSecondsPerGB, "0.00")} s of processor for a GB instead of {Text(plain.CpuSecondsPerGB, "0.00")}.";
        }

        if (CoresOf(rows) is { } cores)
        {
            yield return cores;
        }

        var coverages = rows.Select(row => row.Rounds).Distinct().Order()
            .Select(rounds => MedianInterval.Coverage(rounds) is { } coverage
                ? $"{Text(100 * coverage, "0.0")} % of {rounds} rounds" : $"none of {rounds} rounds")
            .ToArray();
        yield return $"Intervals cover the true median with {string.Join(", ", coverages)}. How to read all this: bench/README.md";
    }

    /// <summary>What a machine of two processors did to the figures; null on others.</summary>
    private static string? CoresOf(IReadOnlyList<ResultRow> rows)
    {
        double[] probed = [.. rows.SelectMany(row => row.SamplesCoresNs).OfType<double>()];
        return probed.Length == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"Cores near each other (a cache line's round trip within {CoreDistance.NearNanoseconds} ns) at "
                + $"{probed.Count(nanoseconds => nanoseconds <= CoreDistance.NearNanoseconds)} of {probed.Length} "
            + $"batches; {rows.Sum(row => row.LeftOutRounds)} rounds of all rows are left out for it.");
    }

    private static IEnumerable<ResultRow> Compared(IEnumerable<ResultRow> rows) =>
        rows.Where(row => row.Setting is null && row.PenaltyPercent.Median is not null);

    private static string Cell(ResultRow row) =>
        $"{TableText.OverheadOf(row)} % {TableText.Interval(row)} {ClaimedOverhead.Verdict(row.PenaltyPercent)}".TrimEnd();

    private static string Name(ResultRow row) =>
        string.Join(' ',
            new[] { TableText.TransportOf(row) is var transport && transport != Names.Tcp
                ? transport : null, row.Protection, row.Suite, $"({TableText.EngineOf(row)})" }.OfType<string>());

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
