using System.CommandLine;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench;

/// <summary>The options that say where the report goes besides the console.</summary>
internal sealed class ReportOptions
{
    private readonly Option<string?> _json = new(
        "--json")
    { Description = "Writes everything, raw samples too, as JSON.", HelpName = "FILE" };

    private readonly Option<string?> _csv = new("--csv") { Description = "Writes the rows as CSV.", HelpName = "FILE" };

    private readonly WideOption _wide = new();

    public void AddTo(Command command)
    {
        _wide.AddTo(command);
        command.Options.Add(_json);
        command.Options.Add(_csv);
    }

    /// <summary>Opens the files, before anything is measured.</summary>
    /// <exception cref="SecureCollectives.CommandLine.CommandFailureException">One cannot be written.</exception>
    public ReportedRun Open(ParseResult parsed)
    {
        var json = ReportFile.Open(parsed.GetValue(_json), _json.Name);
        try
        {
            return new ReportedRun(
                parsed.InvocationConfiguration.Output, _wide.WidthOf(parsed), json, ReportFile.Open(parsed.GetValue(_csv), _csv.Name));
        }
        catch
        {
            json?.Dispose();
            throw;
        }
    }
}
