using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using SecureCollectives.Bench.Html;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.Bench.Tests.Results;

namespace SecureCollectives.Bench.Tests.Html;

public sealed class HtmlReportTests
{
    private static readonly ResultRow[] Rows =
    [
        TestRows.Plaintext,
        TestRows.Aead,
        TestRows.Plaintext with { Bytes = 1 << 20 },
        TestRows.Aead with { Bytes = 1 << 20, PenaltyPercent = new Overhead(-123.4, -300, 99.9) },
        TestRows.Aead with { Bytes = 1 << 20, Setting = "lanes=2" },
    ];

    [Fact]
    public void Write_Rows_HasAPlotForEachCollectiveAndTransportAndARowForEachRow()
    {
        var page = Parse([.. Rows, .. Rows.Select(row => row with { Collective = "allgather" })]);

        Assert.Equal(2, page.Descendants().Count(element => element.Name.LocalName == "svg"));
        Assert.Equal(1 + (2 * Rows.Length), page.Descendants("tr").Count());
    }

    [Fact]
    public void Write_Points_StayInTheirPicture()
    {
        var picture = Parse(Rows).Descendants().Single(element => element.Name.LocalName == "svg");
        var dots = picture.Descendants().Where(element => element.Name.LocalName == "circle").ToArray();

        Assert.NotEmpty(dots);
        Assert.All(dots, dot =>
        {
            Assert.InRange(Number(dot, "cx"), 0, Number(picture, "width"));
            Assert.InRange(Number(dot, "cy"), 0, Number(picture, "height"));
        });
    }

    [Fact]
    public void Write_Page_NeedsNoOtherFile()
    {
        var page = Parse(Rows);

        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "link" or "img" or "iframe");
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
        Assert.Equal("application/json", (string?)Assert.Single(page.Descendants("script")).Attribute("type"));
    }

    [Fact]
    public void Write_Page_HoldsTheJsonReport()
    {
        using var json = JsonDocument.Parse(Parse(Rows).Descendants("script").Single().Value);

        Assert.Equal(Rows.Length, json.RootElement.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public void Write_TextWithMarkup_IsShownAndNotInterpreted()
    {
        const string Hostile = "</script><script>alert(1)</script>";

        var page = Parse([TestRows.Plaintext with { Engine = Hostile }, TestRows.Aead with { Suite = Hostile }]);

        Assert.Single(page.Descendants("script"));
        Assert.Contains(page.Descendants("td"), cell => cell.Value == Hostile);
    }

    [Fact]
    public void Write_WrongElements_AreToldAboveThePlots() => Assert.Contains(
        Parse(Rows).Descendants("p"), paragraph => paragraph.Value.Contains("elements were wrong", StringComparison.Ordinal));

    /// <summary>An empty plot without a reason would look like a mistake.</summary>
    [Fact]
    public void Write_NoOverheads_SaysWhy()
    {
        Assert.Contains("An interval needs at least 6 rounds.", TextsOf([TestRows.Plaintext, TestRows.Aead with
        {
            PenaltyPercent = Overhead.Unknown,
        }]));
        Assert.Contains("Only plaintext, the baseline, was measured.", TextsOf([TestRows.Plaintext]));
        Assert.Contains("Plaintext, the baseline, was not measured.", TextsOf([TestRows.Aead with { PenaltyPercent = Overhead.Unknown }]));
        Assert.DoesNotContain(TextsOf(Rows), text => text.EndsWith('.'));
    }

    [Fact]
    public void Write_NoRows_IsAPage() => Assert.DoesNotContain(
        Parse([]).Descendants(), element => element.Name.LocalName == "svg");

    private static string[] TextsOf(IReadOnlyList<ResultRow> rows) =>
        [.. Parse(rows).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];

    private static XDocument Parse(IReadOnlyList<ResultRow> rows)
    {
        const string DocumentType = "<!DOCTYPE html>\n";
        var text = Encoding.UTF8.GetString(HtmlReport.Write(JsonReport.Of(null, null, rows)));
        Assert.StartsWith(DocumentType, text, StringComparison.Ordinal);
        return XDocument.Parse(text[DocumentType.Length..]);
    }

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
