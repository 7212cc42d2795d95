using System.CommandLine;
using System.Text;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Figures;

/// <summary>The verb <c>figures</c>: measures what the README says in figures, and writes it there.</summary>
internal static class FiguresCommand
{
    private const string Description = """
        Measures everything that the README shows in figures, and writes its tables and the plot. In about
        forty minutes, part by part: a part whose report is in the folder is not measured again, so an
        interrupted run goes on where it was, and deleting a file measures that part anew.

          secure-collectives-bench figures --results figures --readme README.md --plot bench/throughput.svg

        Leave the machine alone meanwhile. Exit codes: 0; 2 wrong options; 3 a part failed; 130 interrupted.
        """;

    private const string Default = "default";
    private const string TwoWorkers = "two workers";
    private const string Paced = "paced";
    private const string Compare = "compare";
    private const string Ways = "ways";

    internal static readonly string[] Sections = [Default, TwoWorkers, Paced, Compare, Ways];

    /// <param name="bench">Makes the program's command line, by which the parts run as a reader would run them.</param>
    public static Command Create(Func<RootCommand> bench)
    {
        var results = new Option<string>("--results")
        {
            Description = "The folder of the parts' reports; made where it is missing.",
            HelpName = "FOLDER",
            Required = true
        };
        var readme = new Option<string?>(
            "--readme")
        { Description = "Writes the tables into this file, between the comments that name them.", HelpName = "FILE" };
        var plot = new Option<string?>("--plot") { Description = "Writes the plot, as SVG.", HelpName = "FILE" };
        var command = new Command("figures", Description) { results, readme, plot };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            using var picture = ReportFile.Open(parsed.GetValue(plot), plot.Name);
            // Now, not when all is measured: whether there is a place for each section.
            if (Read(parsed.GetValue(readme), readme.Name) is { } written)
            {
                _ = MarkedText.With(written, [.. Sections.Select(name => (name, ""))]);
            }

            using var file = ReportFile.Open(parsed.GetValue(readme), readme.Name);
            var folder = new FigureFolder(parsed.GetValue(results)!,
                arguments => bench().Parse(arguments).InvokeAsync(parsed.InvocationConfiguration, cancellationToken));
            await folder.CompleteAsync(new ProgressLine(), cancellationToken).ConfigureAwait(false);
            var (two, four) = (folder.Comparison(FigurePart.CompareTwo), folder.Comparison(FigurePart.CompareFour));
            picture?.Write(ThroughputPlot.Write(two, four));
            if (Read(parsed.GetValue(readme), readme.Name) is { } text)
            {
                file!.Write(Encoding.UTF8.GetBytes(MarkedText.With(text,
                [
                    (Default, WithCount(folder.Cost(FigurePart.Default), CostFigures.Excerpt)),
                    (TwoWorkers, WithCount(folder.Cost(FigurePart.TwoWorkers), CostFigures.Overheads)),
                    (Paced, CostFigures.Paced(folder.Cost(FigurePart.PacedFast), folder.Cost(FigurePart.PacedSlow))),
                    (Compare, $"{CompareTable(FigurePart.CompareTwo, two)}\n{CompareTable(FigurePart.CompareFour, four)}"),
                    (Ways, CostFigures.Ways(folder.Cost(FigurePart.Ways))),
                ])));
            }

            output.WriteLine($"Everything is measured; the reports are in {parsed.GetValue(results)}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static string CompareTable(FigurePart part, CompareReport report) =>
        CompareFigures.Table(part, report) + "\n" + CompareFigures.Counted(report);

    private static string WithCount(JsonReport report, Func<JsonReport, string> figures) =>
        figures(report) + "\n" + CostFigures.Counted(report);

    private static string? Read(string? path, string option)
    {
        try
        {
            return path is null ? null : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailureException(ExitCode.Usage, $"{option} '{path}' cannot be read: {e.Message}");
        }
    }
}
