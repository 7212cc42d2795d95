using SecureCollectives.CommandLine;

namespace SecureCollectives.Cli.Doctor;

/// <summary>Prints findings as they arrive, followed by a summary.</summary>
/// <param name="output">The writer to print to.</param>
/// <param name="width">The width of a line, in columns.</param>
internal sealed class DoctorReport(TextWriter output, int width)
{
    private const int SubjectWidth = 14;

    private int _problems;
    private int _warnings;

    public void Show(Finding finding)
    {
        _problems += finding.Health == Health.Problem ? 1 : 0;
        _warnings += finding.Health == Health.Warning ? 1 : 0;
        var mark = finding.Health switch
        {
            Health.Good => "ok",
            Health.Warning => "warn",
            _ => "FAIL",
        };
        var text = finding.Advice is { } advice ? $"{finding.Text} {advice}" : finding.Text;
        var start = $"{mark,-4}  {finding.Subject.PadRight(SubjectWidth)}";
        foreach (var line in WrappedText.Lines(text, width - start.Length))
        {
            output.WriteLine($"{start}{line.TrimStart()}");
            start = new string(' ', start.Length);
        }
    }

    /// <summary>Prints the summary.</summary>
    /// <returns>Whether there were no problems, so that a job can start.</returns>
    public bool End()
    {
        output.WriteLine();
        output.WriteLine((_problems, _warnings) switch
        {
            (0, 0) => "All checks passed.",
            (0, _) => $"No problems, {Count(_warnings, "warning")}.",
            _ => $"{Count(_problems, "problem")}, {Count(_warnings, "warning")}: a job cannot start with these settings.",
        });
        return _problems == 0;
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
