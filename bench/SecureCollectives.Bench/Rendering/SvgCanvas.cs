using System.Globalization;
using System.Security;
using System.Text;

namespace SecureCollectives.Bench.Rendering;

/// <summary>A picture in SVG, element by element, on white.</summary>
internal sealed class SvgCanvas
{
    public const string Dashes = " stroke-dasharray=\"5 4\"";

    /// <summary>Told apart by those who do not see red or green as well (Okabe and Ito).</summary>
    public static readonly IReadOnlyList<string> Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7"];

    private readonly StringBuilder _svg = new();

    public SvgCanvas(int width, int height)
    {
        Element($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" "
            + $"font-family=\"sans-serif\" font-size=\"12\">");
        Element($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>");
    }

    public void Element(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    public void Text(double x, double y, string text, string attributes = "") =>
        Element($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" {attributes}>{SecurityElement.Escape(text)}</text>");

    /// <summary>A line through points, each with a dot.</summary>
    /// <param name="points">Pixels; none draw nothing.</param>
    /// <param name="stroke">The line's attributes.</param>
    public void Curve(IReadOnlyCollection<(double X, double Y)> points, string stroke)
    {
        if (points.Count == 0)
        {
            return;
        }

        var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
        Element($"<polyline points=\"{path}\" fill=\"none\" {stroke}/>");
        foreach (var (x, y) in points)
        {
            Element($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2.5\" fill=\"white\" "
                + $"{stroke.Replace(Dashes, "", StringComparison.Ordinal)}/>");
        }
    }

    /// <summary>The end of the picture, which takes nothing more.</summary>
    public byte[] End()
    {
        Element($"</svg>");
        return Encoding.UTF8.GetBytes(_svg.ToString());
    }
}
