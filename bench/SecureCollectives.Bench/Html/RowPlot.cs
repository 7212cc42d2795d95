using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Html;

/// <summary>
/// Plots one collective over one transport: throughput by size on the left, and the overhead of each protection with its interval on the
/// right.
/// </summary>
internal sealed class RowPlot
{
    private const int PanelWidth = 480;
    private const int PanelHeight = 300;
    private const int LegendHeight = 24;

    /// <summary>The lower end of the scale, in percent. A variant that beats plaintext by more is drawn at this end.</summary>
    private const double LeastOverhead = -50;
    private const double OverheadStep = 25;

    private readonly SvgCanvas _canvas;
    private readonly IReadOnlyList<ResultRow> _rows;
    private readonly string[] _variants;

    private RowPlot(IReadOnlyList<ResultRow> rows)
    {
        _rows = rows;
        _variants = [.. rows.Select(NameOf).Distinct()];
        _canvas = new SvgCanvas(2 * PanelWidth, PanelHeight + (LegendHeight * ((_variants.Length + 2) / 3)));
    }

    /// <param name="rows">The rows of one collective over one transport, without twins of settings; at least one.</param>
    public static byte[] Write(IReadOnlyList<ResultRow> rows) => new RowPlot(rows).Write();

    /// <summary>Returns a variant's name in legends: its protection and suite.</summary>
    public static string NameOf(ResultRow row) =>
        row.Protection == Names.Plaintext ? row.Protection : string.Join(' ', ((string?[])[row.Protection, row.Suite]).OfType<string>());

    private byte[] Write()
    {
        var throughput = new PlotPanel(_canvas, 0, 0, PanelWidth, PanelHeight);
        var overhead = new PlotPanel(_canvas, PanelWidth, 0, PanelWidth, PanelHeight);
        DrawThroughput(throughput);
        DrawOverhead(overhead);
        for (var i = 0; i < _variants.Length; i++)
        {
            var (x, y) = (PlotPanel.LeftMargin + (i % 3 * 290), PanelHeight + (LegendHeight * (i / 3)) + 8);
            _canvas.Element($"<line x1=\"{x}\" y1=\"{y}\" x2=\"{x + 30}\" y2=\"{y}\" {StrokeOf(_variants[i])}/>");
            _canvas.Text(x + 38, y + 4, _variants[i]);
        }

        return _canvas.End();
    }

    private void DrawThroughput(PlotPanel panel)
    {
        panel.DrawTitle("Throughput");
        var vertical = LogAxis.OverSteps([.. _rows.Select(row => row.AlgbwGBps)], panel.Bottom, panel.Top);
        foreach (var value in vertical.Steps)
        {
            panel.DrawRow(vertical.At(value), Number(value, "0.####"));
        }

        var horizontal = DrawSizes(panel);
        panel.DrawFrame("GB/s", "bytes of the buffer");
        foreach (var variant in _variants)
        {
            ResultRow[] rows = [.. _rows.Where(row => NameOf(row) == variant).OrderBy(row => row.Bytes)];
            _canvas.Curve([.. rows.Select(row => (horizontal.At(row.Bytes), vertical.At(row.AlgbwGBps)))], StrokeOf(variant));
            foreach (var row in rows)
            {
                _canvas.Dot(horizontal.At(row.Bytes), vertical.At(row.AlgbwGBps), ColourOf(variant),
                    $"{variant}, {ByteSize.Describe(row.Bytes)}: {Number(row.AlgbwGBps, "0.000")} GB/s");
            }
        }
    }

    private void DrawOverhead(PlotPanel panel)
    {
        ResultRow[] compared = [.. _rows.Where(row => row.PenaltyPercent is { Median: not null, Low: not null, High: not null })];
        panel.DrawTitle("Overhead: throughput lost, median and interval");
        var least = compared.Length == 0
            ? 0 : Math.Max(LeastOverhead, Math.Floor(compared.Min(row => row.PenaltyPercent.Low!.Value) / OverheadStep) * OverheadStep);
        var vertical = new LinearAxis(Math.Min(0, least), 100, panel.Bottom, panel.Top);
        foreach (var value in vertical.Multiples(OverheadStep))
        {
            panel.DrawRow(vertical.At(value), Number(value, "0"));
        }

        var horizontal = DrawSizes(panel);
        panel.DrawFrame("%", "bytes of the buffer");
        if (compared.Length == 0)
        {
            panel.DrawNotice(WhyEmpty());
        }

        foreach (var variant in _variants)
        {
            ResultRow[] rows = [.. compared.Where(row => NameOf(row) == variant).OrderBy(row => row.Bytes)];
            // Offset the variants, because intervals at the same size would overlap.
            var shift = 4 * (Array.IndexOf(_variants, variant) - (_variants.Length / 2));
            _canvas.Curve([.. rows.Select(row => (horizontal.At(row.Bytes) + shift, vertical.At(row.PenaltyPercent.Median!.Value)))],
                StrokeOf(variant));
            foreach (var row in rows)
            {
                var (low, high) = (row.PenaltyPercent.Low!.Value, row.PenaltyPercent.High!.Value);
                var place = horizontal.At(row.Bytes) + shift;
                _canvas.Line((place, vertical.At(low)), (place, vertical.At(high)), ColourOf(variant));
                _canvas.Dot(place, vertical.At(row.PenaltyPercent.Median!.Value), ColourOf(variant),
                    $"{variant}, {ByteSize.Describe(row.Bytes)}: {TableText.OverheadOf(row)} % {TableText.Interval(row)}");
            }
        }
    }

    private string WhyEmpty() =>
        _rows.All(row => row.Protection != Names.Plaintext) ? "Plaintext, the baseline, was not measured."
        : _variants.Length == 1 ? "Only plaintext, the baseline, was measured."
        : $"An interval needs at least {MedianInterval.FewestValues} rounds.";

    private LogAxis DrawSizes(PlotPanel panel)
    {
        long[] sizes = [.. _rows.Select(row => row.Bytes).Distinct().Order()];
        var axis = new LogAxis(sizes[0], sizes[^1], panel.Left + 16, panel.Right - 16);
        foreach (var size in sizes)
        {
            panel.DrawColumn(axis.At(size), ByteSize.Describe(size));
        }

        return axis;
    }

    private string ColourOf(string variant) => SvgCanvas.Colours[Array.IndexOf(_variants, variant) % SvgCanvas.Colours.Count];

    private string StrokeOf(string variant) =>
        $"stroke=\"{ColourOf(variant)}\" stroke-width=\"2\"{(variant == Names.Plaintext ? SvgCanvas.Dashes : "")}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
