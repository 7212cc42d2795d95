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
    /// <summary>What a table's border and padding add to each column.</summary>
    private const int ColumnMargin = 3;

    /// <summary>What it needs besides.</summary>
    private const int Edge = 1;

    /// <param name="console">Takes the tables.</param>
    /// <param name="write">Takes the rest, line by line.</param>
    /// <param name="rows">What was measured.</param>
    public static void Write(IAnsiConsole console, Action<string> write, IReadOnlyList<ResultRow> rows)
    {
        var compared = Compared(rows).ToArray();
        if (compared.Length == 0)
        {
            return;
        }

        write("What protection costs: the share of plaintext's throughput that is lost, "
            + "median over the rounds [interval], beside the 10-30 % of folklore");
        foreach (var transport in compared.GroupBy(TableText.TransportOf))
        {
            foreach (var table in TablesOf(transport.Key, [.. transport], console.Profile.Width))
            {
                console.Write(table);
            }
        }

        foreach (var line in Sentences(rows))
        {
            write(line);
        }
    }

    /// <summary>One transport's, with as many variants beside each other as a line holds.</summary>
    private static IEnumerable<Table> TablesOf(string transport, IReadOnlyList<ResultRow> compared, int width)
    {
        var sizes = compared.GroupBy(row => (row.Collective, row.Bytes)).ToArray();
        var left = Edge + ColumnMargin + sizes.Max(size => Math.Max(transport.Length, size.Key.Collective.Length))
            + ColumnMargin + sizes.Max(size => ByteSize.Describe(size.Key.Bytes).Length);
        var variants = new Queue<string>(compared.Select(Title).Distinct());
        while (variants.Count > 0)
        {
            var together = new List<string>();
            for (var used = left; variants.TryPeek(out var next); together.Add(variants.Dequeue()))
            {
                used += ColumnMargin + Math.Max(
                    compared.Where(row => Title(row) == next).Max(row => Cell(row).Length), next.Split('\n').Max(line => line.Length));
                if (together.Count > 0 && used > width)
                {
                    break;
                }
            }

            yield return TableOf(transport, sizes, together);
        }
    }

    private static Table TableOf(
        string transport, IEnumerable<IGrouping<(string Collective, long Bytes), ResultRow>> sizes, IReadOnlyList<string> variants)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(transport).AddColumn(new TableColumn("size").RightAligned());
        foreach (var variant in variants)
        {
            table.AddColumn(new TableColumn(Markup.Escape(variant)).RightAligned());
        }

        foreach (var size in sizes)
        {
            var cells = variants.Select(variant => size.FirstOrDefault(row => Title(row) == variant) is { } row ? Cell(row) : "");
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
                + $"{Text(largest.AlgbwGBps, "0.00")} GB/s where plaintext moves {Text(plain.AlgbwGBps, "0.00")}; "
                + $"{Text(largest.TimeUs.Median / plain.TimeUs.Median, "0.00")} times the time; "
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
            $"Cores near each other (a cache line's round trip within {CoreDistance.NearNanoseconds} ns) "
                + $"at {probed.Count(nanoseconds => nanoseconds <= CoreDistance.NearNanoseconds)} of {probed.Length} "
            + $"batches; {rows.Sum(row => row.LeftOutRounds)} rounds of all rows are left out for it.");
    }

    private static IEnumerable<ResultRow> Compared(IEnumerable<ResultRow> rows) =>
        rows.Where(row => row.Setting is null && row.PenaltyPercent.Median is not null);

    private static string Cell(ResultRow row) =>
        $"{TableText.OverheadOf(row)} % {TableText.Interval(row)} {ClaimedOverhead.Verdict(row.PenaltyPercent)}".TrimEnd();

    /// <summary>The variant in two lines, for the head of a column.</summary>
    private static string Title(ResultRow row) => $"{row.Protection}\n{$"{row.Suite} ({TableText.EngineOf(row)})".TrimStart()}";

    private static string Name(ResultRow row) =>
        string.Join(' ',
            new[] { TableText.TransportOf(row) is var transport && transport != Names.Tcp
                ? transport : null, row.Protection, row.Suite, $"({TableText.EngineOf(row)})" }.OfType<string>());

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
