using System.Globalization;
using System.Text;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Figures;

/// <summary>Formats the cost of protection for the documentation.</summary>
internal static class CostFigures
{
    private const long Small = 64 << 10;
    private const long Large = 16 << 20;

    /// <summary>The sizes in the README's short tables.</summary>
    public static readonly IReadOnlyList<long> SummarySizes = [Small, 1 << 20, Large, 64 << 20];

    /// <summary>Returns the console output of the default run, without notes and reduced to AllReduce at two sizes.</summary>
    public static string Excerpt(JsonReport report)
    {
        var text = new StringBuilder("```console example\n$ dotnet run -c Release --project bench/SecureCollectives.Bench\n");
        foreach (var line in (string[])[.. HeaderText.Lines(report.Environment!, report.Parameters!), "...", .. TableText.Full.Head])
        {
            text.Append(line).Append('\n');
        }

        foreach (var bytes in new[] { Small, Large })
        {
            foreach (var row in report.Rows.Where(row => row.Collective == ComparedCollective.AllReduce && row.Bytes == bytes))
            {
                text.Append(TableText.Full.Line(row)).Append('\n');
            }

            text.Append("...\n");
        }

        return text.Append("```\n").ToString();
    }

    /// <summary>Returns a table of the overhead with two workers, by collective and size, for each transport and cipher.</summary>
    public static string Overheads(JsonReport report)
    {
        var compared = report.Rows.Where(row => row.PenaltyPercent.Median is not null).ToArray();
        string[] ways = [.. compared.Select(WayOf).Distinct()];
        return MarkdownTable.Of(
            [$"`{FigurePart.TwoWorkers.Command}`", .. ways],
            from size in compared.GroupBy(row => (row.Collective, row.Bytes))
            select (string[])[Title(size.Key.Collective, size.Key.Bytes),
                .. ways.Select(way => OverheadOf(size.FirstOrDefault(row => WayOf(row) == way)))]);
    }

    /// <summary>Returns a table of the overhead with two workers at four sizes, for each transport, with the default cipher here.</summary>
    public static string Summary(JsonReport report)
    {
        var compared = report.Rows.Where(row => row.PenaltyPercent.Median is not null).ToArray();
        var suite = compared[0].Suite;
        string[] transports = [.. compared.Select(row => row.Transport).Distinct()];
        return MarkdownTable.Of(
            [$"`{FigurePart.TwoWorkers.Command}`, {suite}", .. transports],
            from size in compared.Where(row => row.Suite == suite).GroupBy(row => (row.Collective, row.Bytes))
            where SummarySizes.Contains(size.Key.Bytes)
            select (string[])[Title(size.Key.Collective, size.Key.Bytes),
                .. transports.Select(transport => OverheadOf(size.FirstOrDefault(row => row.Transport == transport)))]);
    }

    /// <summary>Returns a table of throughput and overhead with a line rate for each worker.</summary>
    public static string Paced(params IReadOnlyList<JsonReport> reports) => MarkdownTable.Of(
        [$"`{FigurePart.PacedFast.Command}` (or 4Gbit)", "", "plaintext", "aead", "overhead"],
        from report in reports
        from size in report.Rows.GroupBy(row => (row.Collective, row.Bytes))
        let plain = size.Single(row => row.Protection == Names.Plaintext)
        let aead = size.Single(row => row.Protection == Names.Aead)
        select (string[])[$"{report.Parameters!.LineRate}/s", Title(size.Key.Collective, size.Key.Bytes), Bandwidth(plain), Bandwidth(aead),
            OverheadOf(aead)]);

    /// <summary>Returns a table of every transport in every protection, at one size.</summary>
    public static string Ways(JsonReport report) => MarkdownTable.Of(
        [$"`{FigurePart.Ways.Command}`", "protection", "GB/s", "overhead"],
        report.Rows.Select(row => (
            string[])[row.Transport, row.Protection, Text(row.AlgbwGBps, "0.000"),
                row.Protection == Names.Plaintext ? "" : OverheadOf(row)]));

    /// <summary>Returns a sentence that says how many rounds the figures are based on.</summary>
    public static string Counted(JsonReport report) =>
        $"Of {report.Rows.Sum(row => row.Rounds + row.LeftOutRounds)} rounds, "
            + $"{report.Rows.Sum(row => row.LeftOutRounds)} are left out because the cores were far apart.\n";

    private static string WayOf(ResultRow row) => $"{row.Transport}, {row.Suite}";

    private static string Bandwidth(ResultRow row) => $"{Text(row.AlgbwGBps, "0.000")} GB/s";

    private static string OverheadOf(ResultRow? row) => row?.PenaltyPercent is { Median: { } median, Low: { } low, High: { } high }
        ? $"{Percent(median)} % [{Percent(low)}, {Percent(high)}]"
        : "";

    /// <summary>Adds 0 to turn -0, a rounded negative value, into 0.</summary>
    private static string Percent(double value) => Text(Math.Round(value, 1) + 0.0, "0.0");

    private static string Title(string collective, long bytes) => $"{TitleOf(collective)}, {ByteSize.Describe(bytes)}";

    /// <summary>Returns the collective's title if the comparison has one, otherwise the bench's own name.</summary>
    private static string TitleOf(string collective) =>
        ComparedCollective.All.Names.Contains(collective) ? ComparedCollective.All[collective].Title : collective;

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
