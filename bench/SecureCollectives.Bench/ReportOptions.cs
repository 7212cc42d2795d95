using System.CommandLine;
using SecureCollectives.Bench.Html;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench;

/// <summary>The options that write the report to files in addition to the console.</summary>
internal sealed class ReportOptions
{
    private readonly Option<string?> _json = new("--json")
    {
        Description = "Writes everything, including raw samples, as JSON.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _csv = new("--csv") { Description = "Writes the rows as CSV.", HelpName = "FILE" };

    private readonly Option<string?> _html = new("--html")
    {
        Description = "Writes a self-contained web page with plots and all rows.",
        HelpName = "FILE",
    };

    private readonly WideOption _wide = new();

    public void AddTo(Command command)
    {
        _wide.AddTo(command);
        command.Options.Add(_json);
        command.Options.Add(_csv);
        command.Options.Add(_html);
    }

    /// <summary>Opens the files, before anything is measured.</summary>
    /// <exception cref="SecureCollectives.CommandLine.CommandFailureException">A file cannot be written.</exception>
    public ReportedRun Open(ParseResult parsed)
    {
        var files = new ReportFiles();
        try
        {
            files.Add(ReportFile.Open(parsed.GetValue(_json), _json.Name), static report => report.Write());
            files.Add(ReportFile.Open(parsed.GetValue(_csv), _csv.Name), static report => CsvReport.Write(report.Rows));
            files.Add(ReportFile.Open(parsed.GetValue(_html), _html.Name), HtmlReport.Write);
            return new ReportedRun(parsed.InvocationConfiguration.Output, _wide.WidthOf(parsed), files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }
}
