using System.Globalization;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;

namespace SecureCollectives.Bench.Figures;

/// <summary>
/// Plots the comparisons: one panel for each medium and world, with AllReduce's throughput by size, both axes logarithmic.
/// </summary>
internal sealed class ThroughputPlot
{
    private const int PanelWidth = 400;
    private const int PanelHeight = 270;
    private const int HeadHeight = 92;

    private static readonly string[] Media = [Names.Memory, Names.Tcp];

    private static readonly (string Title, Func<CompareReport.RowPart, bool> Is, string Stroke)[] Curves =
    [
        ("ours, encrypted", row => row.Contender == $"ours-{row.Medium}-{Names.Aead}", Stroke(0, 2.5)),
        ("ours, plaintext", row => row.Contender == $"ours-{row.Medium}-{Names.Plaintext}", Stroke(0, 1.5) + SvgCanvas.Dashes),
        ("Open MPI, plaintext", row => row.Contender.StartsWith("openmpi-", StringComparison.Ordinal), Stroke(1, 1.5) + SvgCanvas.Dashes),
        ("Gloo, plaintext", row => row.Contender.StartsWith("gloo-", StringComparison.Ordinal), Stroke(2, 1.5) + SvgCanvas.Dashes),
    ];

    private readonly IReadOnlyList<(int World, IReadOnlyList<CompareReport.RowPart> Rows)> _worlds;
    private readonly SvgCanvas _canvas;

    private ThroughputPlot(IReadOnlyList<CompareReport> reports)
    {
        _worlds = [.. reports.Select(report => (report.Parameters.WorldSize, (IReadOnlyList<CompareReport.RowPart>)
            [.. CompareFigures.CountedRows(report)
                .Where(row => row.Collective == ComparedCollective.AllReduce && row.Bytes >= CompareCell.SmallestBandwidthBytes)]))];
        _canvas = new SvgCanvas(_worlds.Count * PanelWidth, HeadHeight + (Media.Length * PanelHeight));
    }

    public static byte[] Write(params IReadOnlyList<CompareReport> reports) => new ThroughputPlot(reports).Write();

    private byte[] Write()
    {
        _canvas.Text(PlotPanel.LeftMargin, 26, "AllReduce of float32 between workers of one machine",
            "font-size=\"18\" font-weight=\"bold\"");
        _canvas.Text(PlotPanel.LeftMargin, 46, "GB/s: size divided by time; top: through memory that the workers share; bottom: over TCP");
        for (var i = 0; i < Curves.Length; i++)
        {
            var x = PlotPanel.LeftMargin + (i * 180);
            _canvas.Element($"<line x1=\"{x}\" y1=\"68\" x2=\"{x + 30}\" y2=\"68\" {Curves[i].Stroke}/>");
            _canvas.Text(x + 36, 72, Curves[i].Title);
        }

        for (var column = 0; column < _worlds.Count; column++)
        {
            for (var row = 0; row < Media.Length; row++)
            {
                DrawPanel(column * PanelWidth, HeadHeight + (row * PanelHeight), _worlds[column].World, Media[row], _worlds[column].Rows);
            }
        }

        return _canvas.End();
    }

    private void DrawPanel(int x, int y, int world, string medium, IReadOnlyList<CompareReport.RowPart> all)
    {
        CompareReport.RowPart[] rows = [.. all.Where(row => row.Medium == medium)];
        var panel = new PlotPanel(_canvas, x, y, PanelWidth, PanelHeight);
        panel.DrawTitle($"{world} workers, {(medium == Names.Memory ? "memory" : "TCP")}");
        if (rows.Length == 0)
        {
            return;
        }

        // Use one scale for both media of a world, so that readers can compare them.
        double[] drawn =
        [
            .. from each in Media
               from curve in Curves
               from point in Points(all.Where(row => row.Medium == each), curve.Is)
               select point.GBps,
        ];
        var vertical = LogAxis.OverSteps(drawn, panel.Bottom, panel.Top);
        var horizontal = new LogAxis(rows.Min(row => row.Bytes), rows.Max(row => row.Bytes), panel.Left, panel.Right);
        DrawAxes(panel, rows, vertical, horizontal);
        foreach (var (_, isOf, stroke) in Curves)
        {
            _canvas.Curve([.. Points(rows, isOf).Select(point => (horizontal.At(point.Bytes), vertical.At(point.GBps)))], stroke);
        }
    }

    private static void DrawAxes(PlotPanel panel, CompareReport.RowPart[] rows, LogAxis vertical, LogAxis horizontal)
    {
        foreach (var value in vertical.Steps)
        {
            panel.DrawRow(vertical.At(value), value.ToString("0.##", CultureInfo.InvariantCulture));
        }

        foreach (var bytes in rows.Select(row => row.Bytes).Distinct())
        {
            panel.DrawColumn(horizontal.At(bytes), ByteSize.Describe(bytes));
        }

        panel.DrawFrame("GB/s");
    }

    /// <summary>Returns the best of a curve's rows at each size.</summary>
    private static IEnumerable<(long Bytes, double GBps)> Points(
        IEnumerable<CompareReport.RowPart> rows, Func<CompareReport.RowPart, bool> isOf) =>
        rows.Where(isOf).GroupBy(row => row.Bytes).OrderBy(size => size.Key).Select(size => (size.Key, size.Max(row => row.AlgbwGBps)));

    private static string Stroke(int colour, double width) =>
        string.Create(CultureInfo.InvariantCulture, $"stroke=\"{SvgCanvas.Colours[colour]}\" stroke-width=\"{width}\"");
}
