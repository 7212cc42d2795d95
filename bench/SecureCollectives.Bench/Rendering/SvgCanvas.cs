using System.Globalization;
using System.Security;
using System.Text;

namespace SecureCollectives.Bench.Rendering;

/// <summary>Builds an SVG picture on a white background, element by element.</summary>
internal sealed class SvgCanvas
{
    public const string Dashes = " stroke-dasharray=\"5 4\"";

    /// <summary>Colours that people with colour blindness can also distinguish (Okabe and Ito).</summary>
    public static readonly IReadOnlyList<string> Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];

    private readonly StringBuilder _svg = new();

    public SvgCanvas(int width, int height)
    {
        const string Attributes = "xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" font-size=\"12\"";
        Element($"<svg {Attributes} width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">");
        Element($"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>");
    }

    public void Element(FormattableString text) => _svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    public void Text(double x, double y, string text, string attributes = "") =>
        Element($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" {attributes}>{SecurityElement.Escape(text)}</text>");

    public void Line((double X, double Y) from, (double X, double Y) to, string colour) =>
        Element($"<line x1=\"{from.X:0.#}\" y1=\"{from.Y:0.#}\" x2=\"{to.X:0.#}\" y2=\"{to.Y:0.#}\" stroke=\"{colour}\"/>");

    /// <summary>Adds a dot that shows a text while the pointer is over it.</summary>
    public void Dot(double x, double y, string colour, string text) =>
        Element($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"4\" fill=\"{colour}\"><title>{SecurityElement.Escape(text)}</title></circle>");

    /// <summary>Adds an empty rectangle.</summary>
    public void Frame(double x, double y, double width, double height, string colour) =>
        Element($"<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"{colour}\"/>");

    /// <summary>Adds a line through points, with a dot at each.</summary>
    /// <param name="points">The points, in pixels; if empty, nothing is drawn.</param>
    /// <param name="stroke">The SVG attributes of the line.</param>
    public void Curve(IReadOnlyCollection<(double X, double Y)> points, string stroke)
    {
        if (points.Count == 0)
        {
            return;
        }

        var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")));
        var solid = stroke.Replace(Dashes, "", StringComparison.Ordinal);
        Element($"<polyline points=\"{path}\" fill=\"none\" {stroke}/>");
        foreach (var (x, y) in points)
        {
            Element($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2.5\" fill=\"white\" {solid}/>");
        }
    }

    /// <summary>Completes the picture and returns it as UTF-8. Nothing can be added afterwards.</summary>
    public byte[] End()
    {
        Element($"</svg>");
        return Encoding.UTF8.GetBytes(_svg.ToString());
    }
}
