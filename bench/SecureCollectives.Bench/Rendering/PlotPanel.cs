namespace SecureCollectives.Bench.Rendering;

/// <summary>A panel of a plot: a frame with a title, labelled grid lines, and room for curves.</summary>
/// <param name="canvas">The canvas to draw on.</param>
/// <param name="x">The left edge of the panel and its labels, in pixels.</param>
/// <param name="y">The upper edge of the panel, in pixels.</param>
/// <param name="width">The width in pixels, labels included.</param>
/// <param name="height">The height in pixels, labels included.</param>
internal sealed class PlotPanel(SvgCanvas canvas, double x, double y, double width, double height)
{
    /// <summary>Pixels between the panel's left edge and its frame.</summary>
    public const int LeftMargin = 74;

    private const int RightMargin = 28;
    private const int TopMargin = 34;
    private const int BottomMargin = 46;

    public double Left => x + LeftMargin;

    public double Right => x + width - RightMargin;

    public double Top => y + TopMargin;

    public double Bottom => y + height - BottomMargin;

    public void DrawTitle(string title) => canvas.Text(Left, Top - 10, title, "font-weight=\"bold\"");

    /// <summary>Draws a grid line across the panel.</summary>
    /// <param name="height">The position, in pixels from the top of the canvas.</param>
    /// <param name="label">The text to the left of the line.</param>
    public void DrawRow(double height, string label)
    {
        canvas.Line((Left, height), (Right, height), "#ddd");
        canvas.Text(Left - 6, height + 4, label, "text-anchor=\"end\"");
    }

    /// <summary>Draws a grid line from top to bottom.</summary>
    /// <param name="place">The position, in pixels from the left of the canvas.</param>
    /// <param name="label">The text below the line.</param>
    public void DrawColumn(double place, string label)
    {
        canvas.Line((place, Top), (place, Bottom), "#eee");
        canvas.Text(place, Bottom + 16, label, "text-anchor=\"middle\" font-size=\"11\"");
    }

    /// <summary>Writes a notice in the middle of an empty panel, just above a grid line that may be there.</summary>
    public void DrawNotice(string notice) =>
        canvas.Text((Left + Right) / 2, ((Top + Bottom) / 2) - 6, notice, "text-anchor=\"middle\" fill=\"#666\"");

    /// <summary>Draws the frame and names the axes.</summary>
    public void DrawFrame(string vertical, string? horizontal = null)
    {
        canvas.Frame(Left, Top, Right - Left, Bottom - Top, "#888");
        var (centre, middle) = ((Left + Right) / 2, (Top + Bottom) / 2);
        if (horizontal is not null)
        {
            canvas.Text(centre, Bottom + 34, horizontal, "text-anchor=\"middle\"");
        }

        FormattableString turned = $"text-anchor=\"middle\" transform=\"rotate(-90 {x + 20} {middle})\"";
        canvas.Text(x + 20, middle, vertical, FormattableString.Invariant(turned));
    }
}
