using System.Globalization;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Figures;

/// <summary>
/// Formats the comparison with other libraries for the documentation, as the speed relative to the fastest peer over the same medium.
/// </summary>
internal static class CompareFigures
{
    private static readonly (string Contender, string Title)[] Ours =
    [
        ($"ours-{Names.Memory}-{Names.Plaintext}", "memory, plaintext"),
        ($"ours-{Names.Memory}-{Names.Aead}", "memory, aead"),
        ($"ours-{Names.Tcp}-{Names.Plaintext}", "tcp, plaintext"),
        ($"ours-{Names.Tcp}-{Names.Aead}", "tcp, aead"),
    ];

    public static string Table(FigurePart part, CompareReport report) => MarkdownTable.Of(
        [$"`{part.Command}`", .. Ours.Select(ours => ours.Title)],
        from cell in CountedRows(report).GroupBy(row => (row.Collective, row.Bytes))
        select (string[])[Title(cell.Key.Collective, cell.Key.Bytes),
            .. Ours.Select(ours => Ratio(cell.FirstOrDefault(row => row.Contender == ours.Contender)?.SameMedium))]);

    /// <summary>Returns a table of AllReduce's medians at the sizes of the summary.</summary>
    public static string Summary(CompareReport report) => MarkdownTable.Of(
        ["AllReduce", .. Ours.Select(ours => ours.Title)],
        from cell in CountedRows(report).GroupBy(row => (row.Collective, row.Bytes))
        where cell.Key.Collective == ComparedCollective.AllReduce && CostFigures.SummarySizes.Contains(cell.Key.Bytes)
        select (string[])[ByteSize.Describe(cell.Key.Bytes), .. Ours.Select(ours => MedianOf(cell, ours.Contender))]);

    /// <summary>
    /// Returns the rows measured with near processors, if they were probed and there are enough for an interval; otherwise the rows of the
    /// state with the most samples.
    /// </summary>
    public static IReadOnlyList<CompareReport.RowPart> CountedRows(CompareReport report)
    {
        var states = report.Rows.ToLookup(row => row.Cores);
        return states[CompareReport.NearCores].Any(row => row.SamplesUs.Count >= MedianInterval.FewestValues)
            ? [.. states[CompareReport.NearCores]]
            : [.. states.MaxBy(state => state.Sum(row => row.SamplesUs.Count)) ?? Enumerable.Empty<CompareReport.RowPart>()];
    }

    /// <summary>Returns a sentence that says how many samples the figures are based on.</summary>
    public static string Counted(CompareReport report)
    {
        var counted = CountedRows(report);
        var state = counted is [{ Cores: { } cores }, ..] ? $" with the cores {cores}" : "";
        return $"{counted.Sum(row => row.SamplesUs.Count)} of {report.Rows.Sum(row => row.SamplesUs.Count)} samples{state}.\n";
    }

    private static string MedianOf(IEnumerable<CompareReport.RowPart> cell, string contender) =>
        cell.FirstOrDefault(row => row.Contender == contender)?.SameMedium is { Median: { } median } ? Text(median) : "";

    private static string Ratio(CompareReport.RatioPart? ratio) => ratio switch
    {
        { Median: { } median, Low: { } low, High: { } high } => $"{Text(median)} [{Text(low)}, {Text(high)}]",
        { Median: { } median } => Text(median),
        _ => "",
    };

    private static string Title(string collective, long bytes) => $"{ComparedCollective.All[collective].Title}, {ByteSize.Describe(bytes)}";

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
