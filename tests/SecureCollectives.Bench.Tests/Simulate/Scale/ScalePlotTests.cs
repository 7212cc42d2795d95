using System.Text;
using System.Xml.Linq;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Simulate;
using SecureCollectives.Bench.Simulate.Scale;

namespace SecureCollectives.Bench.Tests.Simulate.Scale;

public sealed class ScalePlotTests
{
    private static readonly SimulateOptions Options = new() { Worlds = [16, 256], Sizes = [64 << 10, 1 << 20], Rates = [10_000_000_000] };

    private static readonly ScaleRow[] Rows =
    [
        ScaleRows.Row(16, 64 << 10, 0.001, 0.002, 0.003),
        ScaleRows.Row(256, 64 << 10, 0.01, 0.02, 0.03),
        ScaleRows.Row(16, 1 << 20, 0.1, 0.2),
        ScaleRows.Row(256, 1 << 20, 1, 2),
    ];

    [Fact]
    public void Write_Rows_IsAPictureWithUnitsAndALegend()
    {
        var texts = Picture().Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToArray();

        Assert.All(["workers", "time (ms)", "ring", "recursive doubling", "hierarchical ring", "aead", "plaintext", "64 KiB, 10Gbit/s",
            "1 MiB, 10Gbit/s", "256", "1000"], text => Assert.Contains(text, texts));
    }

    /// <summary>
    /// Each algorithm has a line with and a line without protection: three algorithms in the panel of small buffers, two in the other.
    /// </summary>
    [Fact]
    public void Write_Rows_HasALineForEachAlgorithmAndProtection() =>
        Assert.Equal((2 * 3) + (2 * 2), Picture().Descendants().Count(element => element.Name.LocalName == "polyline"));

    [Fact]
    public void Write_Points_StayInThePicture()
    {
        var picture = Picture();
        var (width, height) = ((double)picture.Attribute("width")!, (double)picture.Attribute("height")!);

        Assert.All(picture.Descendants().Where(element => element.Name.LocalName == "circle"), circle =>
        {
            Assert.InRange((double)circle.Attribute("cx")!, 0, width);
            Assert.InRange((double)circle.Attribute("cy")!, 0, height);
        });
    }

    [Fact]
    public void At_Decades_AreEquallyFarApart()
    {
        var axis = LogAxis.Over([0.5, 40], start: 300, end: 0);

        Assert.Equal([0.1, 1, 10, 100], axis.Decades);
        Assert.Equal([300, 200, 100, 0], axis.Decades.Select(value => Math.Round(axis.At(value), 6)));
    }

    [Fact]
    public void OverSteps_Values_GoesFromStepToStep()
    {
        var axis = LogAxis.OverSteps([0.3, 4.4], start: 100, end: 0);

        Assert.Equal([0.2, 0.5, 1, 2, 5], axis.Steps);
        Assert.Equal((100, 0), (axis.At(0.2), axis.At(5)));
        Assert.Equal([1, 2], LogAxis.OverSteps([1, 2], 100, 0).Steps);
    }

    [Fact]
    public void At_SingleValue_IsInTheMiddle() => Assert.Equal(50, new LogAxis(16, 16, 0, 100).At(16));

    private static XElement Picture() => XElement.Parse(Encoding.UTF8.GetString(ScalePlot.Write(Rows, Options)));
}
