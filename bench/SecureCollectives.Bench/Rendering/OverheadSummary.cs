using System.Globalization;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;
using Spectre.Console;

namespace SecureCollectives.Bench.Rendering;

/// <summary>
/// Writes the summary below the table: the overhead of protection at each size, as a small table and in words. Twins of settings are left
/// out, because their overhead comes from the setting as well as from the protection.
/// </summary>
internal static class OverheadSummary
{
    /// <summary>Characters that a table's border and padding add to each column.</summary>
    private const int ColumnMargin = 3;

    /// <summary>Characters that they add to the whole table.</summary>
    private const int Edge = 1;

    /// <param name="console">Receives the tables.</param>
    /// <param name="write">Receives all other text, line by line.</param>
    /// <param name="rows">The measured rows.</param>
    public static void Write(IAnsiConsole console, Action<string> write, IReadOnlyList<ResultRow> rows)
    {
        var compared = Compared(rows).ToArray();
        if (compared.Length == 0)
        {
            return;
        }

        write("What protection costs: the share of plaintext's throughput that is lost, median over the rounds [interval], "
            + "compared with the commonly claimed 10-30 %");
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

    /// <summary>Returns the tables of one transport, each with as many variants side by side as fit in a line.</summary>
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

    /// <summary>Returns the results in words, for readers who skip the tables.</summary>
    public static IEnumerable<string> Sentences(IReadOnlyList<ResultRow> rows)
    {
        foreach (var variant in Compared(rows).GroupBy(row => (row.Collective, Name: Name(row))))
        {
            var largest = variant.MaxBy(row => row.Bytes)!;
            var plain = rows.First(row => row.Setting is null && row.Protection == Names.Plaintext
                && row.Bytes == largest.Bytes && row.Collective == largest.Collective
                    && TableText.TransportOf(row) == TableText.TransportOf(largest));
            yield return $"{variant.Key.Collective} of {ByteSize.Describe(largest.Bytes)} with {variant.Key.Name}: "
                + $"{Text(largest.AlgbwGBps, "0.00")} GB/s, plaintext {Text(plain.AlgbwGBps, "0.00")} GB/s; "
                + $"{Text(largest.TimeUs.Median / plain.TimeUs.Median, "0.00")} times as long; "
                + $"{Text(largest.CpuSecondsPerGB, "0.00")} s of processor time per GB instead of {Text(plain.CpuSecondsPerGB, "0.00")}.";
        }

        if (CoresOf(rows) is { } cores)
        {
            yield return cores;
        }

        var coverages = rows.Select(row => row.Rounds).Distinct().Order()
            .Select(rounds => MedianInterval.Coverage(rounds) is { } coverage
                ? $"{Text(100 * coverage, "0.0")} % from {rounds} rounds" : $"no interval from {rounds} rounds")
            .ToArray();
        yield return $"Probability that an interval covers the true median: {string.Join(", ", coverages)}.";
        yield return "How to read all this: bench/README.md";
    }

    /// <summary>Returns how the distance between two processors affected the figures; null on machines without exactly two.</summary>
    private static string? CoresOf(IReadOnlyList<ResultRow> rows)
    {
        double[] probed = [.. rows.SelectMany(row => row.SamplesCoresNs).OfType<double>()];
        return probed.Length == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"Cores near each other (a cache line's round trip within {CoreDistance.NearNanoseconds} ns) "
                + $"at {probed.Count(nanoseconds => nanoseconds <= CoreDistance.NearNanoseconds)} of {probed.Length} "
            + $"batches; {rows.Sum(row => row.LeftOutRounds)} rounds of all rows are left out because the cores were far apart.");
    }

    private static IEnumerable<ResultRow> Compared(IEnumerable<ResultRow> rows) =>
        rows.Where(row => row.Setting is null && row.PenaltyPercent.Median is not null);

    private static string Cell(ResultRow row) =>
        $"{TableText.OverheadOf(row)} % {TableText.Interval(row)} {ClaimedOverhead.Verdict(row.PenaltyPercent)}".TrimEnd();

    /// <summary>Returns the name of a variant in two lines, for the head of a column.</summary>
    private static string Title(ResultRow row) => $"{row.Protection}\n{$"{row.Suite} ({TableText.EngineOf(row)})".TrimStart()}";

    private static string Name(ResultRow row) =>
        string.Join(' ',
            new[] { TableText.TransportOf(row) is var transport && transport != Names.Tcp
                ? transport : null, row.Protection, row.Suite, $"({TableText.EngineOf(row)})" }.OfType<string>());

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
