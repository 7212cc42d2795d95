using System.Net;
using System.Text;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Html;

/// <summary>
/// The report as a single self-contained page: no script, no other file, no network. It embeds the JSON report.
/// </summary>
internal static class HtmlReport
{
    private const string Style = """
        body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
        h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
        p.run { color: #555 } p.wrong { color: #a00; font-weight: bold }
        svg { width: 100%; height: auto }
        div.table { overflow-x: auto }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .85rem }
        th, td { padding: .15rem .6rem; border-bottom: 1px solid #ddd; text-align: right; white-space: nowrap }
        td.name, th.name { text-align: left }
        """;

    /// <summary>The table's columns. Names are aligned left, figures right.</summary>
    private static readonly (string Title, bool IsName, Func<ResultRow, string> Value)[] Columns =
    [
        ("collective", true, row => row.Collective),
        ("size", false, row => ByteSize.Describe(row.Bytes)),
        ("transport", true, TableText.TransportOf),
        ("protection", true, row => row.Setting is null ? RowPlot.NameOf(row) : $"{RowPlot.NameOf(row)}, {row.Setting}"),
        ("engine", true, row => row.Engine),
        .. TableText.Figures.Select(figure => ($"{figure.Title} {figure.Unit}".TrimEnd(), false, figure.Value)),
    ];

    /// <param name="report">The report to show.</param>
    public static byte[] Write(JsonReport report)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
            .Append("<title>What protection costs</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n")
            .Append("<h1>What protection costs</h1>\n");
        AppendRun(page, report);
        page.Append("<p>Overhead is the share of plaintext's throughput that a protection takes: "
            + "at 50 % an operation takes twice the time.</p>\n");
        foreach (var collective in report.Rows.Where(row => row.Setting is null)
            .GroupBy(row => (row.Collective, Transport: TableText.TransportOf(row))))
        {
            page.Append("<h2>").Append(Encode($"{TitleOf(collective.Key.Collective)} over {collective.Key.Transport}")).Append("</h2>\n")
                .Append(Encoding.UTF8.GetString(RowPlot.Write([.. collective])));
        }

        page.Append("<h2>In words</h2>\n<ul>\n");
        foreach (var line in OverheadSummary.Sentences(report.Rows))
        {
            page.Append("<li>").Append(Encode(line)).Append("</li>\n");
        }

        page.Append("</ul>\n");
        AppendTable(page, report.Rows);
        // The serializer escapes '<', so the report cannot contain </script>.
        page.Append("<script type=\"application/json\" id=\"report\">")
            .Append(Encoding.UTF8.GetString(report.Write()))
            .Append("</script>\n</body>\n</html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static void AppendRun(StringBuilder page, JsonReport report)
    {
        if (report is { Environment: { } machine, Parameters: { } parameters })
        {
            foreach (var line in HeaderText.Lines(machine, parameters))
            {
                page.Append("<p class=\"run\">").Append(Encode(line.TrimStart('#', ' '))).Append("</p>\n");
            }

            if (!parameters.Completed)
            {
                page.Append("<p class=\"wrong\">The run was interrupted or failed: rows are missing.</p>\n");
            }
        }

        if (report.Rows.Sum(row => row.Wrong) is > 0 and var wrong)
        {
            page.Append("<p class=\"wrong\">").Append(wrong).Append(" elements were wrong.</p>\n");
        }
    }

    private static void AppendTable(StringBuilder page, IReadOnlyList<ResultRow> rows)
    {
        page.Append("<h2>All rows</h2>\n<div class=\"table\"><table>\n<tr>");
        foreach (var (title, isName, _) in Columns)
        {
            AppendCell(page, "th", title, isName);
        }

        page.Append("</tr>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var (_, isName, value) in Columns)
            {
                AppendCell(page, "td", value(row), isName);
            }

            page.Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void AppendCell(StringBuilder page, string element, string text, bool isName) =>
        page.Append('<').Append(element).Append(isName ? " class=\"name\">" : ">").Append(Encode(text)).Append("</").Append(element)
            .Append('>');

    private static string TitleOf(string collective) =>
        ComparedCollective.All.Names.Contains(collective) ? ComparedCollective.All[collective].Title : collective;

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
