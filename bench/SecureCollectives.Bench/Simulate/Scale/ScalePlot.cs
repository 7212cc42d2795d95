using System.Globalization;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>
/// Plots the simulated clusters as SVG: a panel for each network and size, with time by workers, both axes logarithmic. Each algorithm has
/// a colour; lines are solid with protection and dashed without.
/// </summary>
internal sealed class ScalePlot
{
    private const int PanelWidth = 400;
    private const int PanelHeight = 270;
    private const int HeadHeight = 92;
    private const double MillisecondsPerSecond = 1e3;

    private readonly SvgCanvas _canvas;
    private readonly IReadOnlyList<ScaleRow> _rows;
    private readonly SimulateOptions _options;

    private ScalePlot(IReadOnlyList<ScaleRow> rows, SimulateOptions options)
    {
        _rows = rows;
        _options = options;
        _canvas = new SvgCanvas(options.Rates.Count * PanelWidth, HeadHeight + (options.Sizes.Count * PanelHeight));
    }

    public static byte[] Write(IReadOnlyList<ScaleRow> rows, SimulateOptions options) => new ScalePlot(rows, options).Write();

    private byte[] Write()
    {
        _canvas.Text(PlotPanel.LeftMargin, 26, "AllReduce at scale, simulated", "font-size=\"18\" font-weight=\"bold\"");
        _canvas.Text(PlotPanel.LeftMargin, 46,
            $"hosts of {_options.LocalWorldSize} workers, each with {_options.Cores}; "
                + $"{_options.LatencyMicroseconds} us one way between hosts; float32, sum");
        DrawLegend();
        for (var row = 0; row < _options.Sizes.Count; row++)
        {
            for (var column = 0; column < _options.Rates.Count; column++)
            {
                DrawPanel(column * PanelWidth, HeadHeight + (row * PanelHeight), _options.Sizes[row], _options.Rates[column]);
            }
        }

        return _canvas.End();
    }

    private void DrawLegend()
    {
        const int Step = 190;
        var x = PlotPanel.LeftMargin;
        for (var i = 0; i < Algorithm.All.Count; i++, x += Step)
        {
            _canvas.Element($"<line x1=\"{x}\" y1=\"68\" x2=\"{x + 30}\" y2=\"68\" stroke=\"{SvgCanvas.Colours[i]}\" stroke-width=\"3\"/>");
            _canvas.Text(x + 38, 72, Algorithm.All[i].Title);
        }

        foreach (var (title, dashes) in new[] { ("aead", ""), ("plaintext", SvgCanvas.Dashes) })
        {
            _canvas.Element($"<line x1=\"{x}\" y1=\"68\" x2=\"{x + 30}\" y2=\"68\" stroke=\"black\" stroke-width=\"2\"{dashes}/>");
            _canvas.Text(x + 38, 72, title);
            x += Step - 70;
        }
    }

    private void DrawPanel(int x, int y, long bytes, long rate)
    {
        var rows = _rows.Where(row => row.Cell.Bytes == bytes && row.Cell.BitsPerSecond == rate).OrderBy(row => row.Cell.World).ToArray();
        // Use one scale for all networks of a size, so that readers can compare them from left to right.
        double[] times =
        [
            .. _rows.Where(row => row.Cell.Bytes == bytes).SelectMany(row => row.Times)
                .SelectMany(times => new[] { times.Plain.Seconds, times.Sealed.Seconds }).Select(
                    seconds => seconds * MillisecondsPerSecond),
        ];
        var panel = new PlotPanel(_canvas, x, y, PanelWidth, PanelHeight);
        var vertical = LogAxis.Over(times, panel.Bottom, panel.Top);
        var horizontal = new LogAxis(rows[0].Cell.World, rows[^1].Cell.World, panel.Left, panel.Right);
        panel.DrawTitle($"{ByteSize.Describe(bytes)}, {BitRate.Describe(rate)}/s");
        DrawAxes(panel, rows, vertical, horizontal);
        for (var i = 0; i < Algorithm.All.Count; i++)
        {
            DrawCurve(rows, Algorithm.All[i], times => times.Plain,
                $"stroke=\"{SvgCanvas.Colours[i]}\" stroke-width=\"1.5\"{SvgCanvas.Dashes}", vertical, horizontal);
            DrawCurve(rows, Algorithm.All[i], times => times.Sealed, $"stroke=\"{SvgCanvas.Colours[i]}\" stroke-width=\"2.5\"", vertical,
                horizontal);
        }
    }

    private static void DrawAxes(PlotPanel panel, ScaleRow[] rows, LogAxis vertical, LogAxis horizontal)
    {
        foreach (var decade in vertical.Decades)
        {
            panel.DrawRow(vertical.At(decade), Number(decade));
        }

        foreach (var world in rows.Select(row => row.Cell.World))
        {
            panel.DrawColumn(horizontal.At(world), Number(world));
        }

        panel.DrawFrame("time (ms)", "workers");
    }

    private void DrawCurve(
        ScaleRow[] rows, Algorithm algorithm, Func<AlgorithmTimes, SimulatedRun> choose, string stroke, LogAxis vertical,
            LogAxis horizontal)
    {
        (double X, double Y)[] points =
        [
            .. rows.Where(row => row.Of(algorithm) is not null)
                .Select(row => (horizontal.At(row.Cell.World), vertical.At(choose(row.Of(algorithm)!).Seconds * MillisecondsPerSecond))),
        ];
        _canvas.Curve(points, stroke);
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
