using System.CommandLine;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Figures;

/// <summary>The verb <c>figures</c>: measures the figures of the README and the performance page, and writes them there.</summary>
internal static class FiguresCommand
{
    private const string Description = """
        Measures the figures for the documentation and writes its tables and the plot, in about forty
        minutes. A part whose report is already in the folder is not measured again, so an interrupted run
        continues where it stopped. Delete a report to measure its part again.

          secure-collectives-bench figures --results figures --readme README.md \
            --page docs/performance.md --plot docs/throughput.svg

        Keep the machine idle in the meantime. Exit codes: 0 success; 2 wrong options; 3 a part failed;
        130 interrupted.
        """;

    /// <summary>The short sections of the README.</summary>
    internal static readonly IReadOnlyList<FigureSection> ReadmeSections =
    [
        new("overhead", folder => CostFigures.Summary(folder.Cost(FigurePart.TwoWorkers))),
        new("comparison", folder => CompareFigures.Summary(folder.Comparison(FigurePart.CompareFour))),
    ];

    /// <summary>The sections of the performance page.</summary>
    internal static readonly IReadOnlyList<FigureSection> PageSections =
    [
        new("default", folder => WithCount(folder.Cost(FigurePart.Default), CostFigures.Excerpt)),
        new("two workers", folder => WithCount(folder.Cost(FigurePart.TwoWorkers), CostFigures.Overheads)),
        new("paced", folder => CostFigures.Paced(folder.Cost(FigurePart.PacedFast), folder.Cost(FigurePart.PacedSlow))),
        new("compare", folder => CompareTable(folder, FigurePart.CompareTwo) + "\n" + CompareTable(folder, FigurePart.CompareFour)),
        new("ways", folder => CostFigures.Ways(folder.Cost(FigurePart.Ways))),
    ];

    /// <param name="bench">Creates the program's command line, so that the parts run exactly as a reader would run them.</param>
    public static Command Create(Func<RootCommand> bench)
    {
        var results = new Option<string>("--results")
        {
            Description = "The folder for the parts' reports; created if missing.",
            HelpName = "FOLDER",
            Required = true,
        };
        var readme = new Option<string?>("--readme")
        {
            Description = "Writes the short tables to this file, between the comments that name them.",
            HelpName = "FILE",
        };
        var page = new Option<string?>("--page")
        {
            Description = "Writes the full tables to this file, between the comments that name them.",
            HelpName = "FILE",
        };
        var plot = new Option<string?>("--plot") { Description = "Writes the plot, as SVG.", HelpName = "FILE" };
        var command = new Command("figures", Description) { results, readme, page, plot };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            using var picture = ReportFile.Open(parsed.GetValue(plot), plot.Name);
            // Open the pages first, so that a missing file or section is reported before anything is measured.
            using var readmeFile = FigureFile.Open(parsed.GetValue(readme), readme.Name, ReadmeSections);
            using var pageFile = FigureFile.Open(parsed.GetValue(page), page.Name, PageSections);
            var folder = new FigureFolder(parsed.GetValue(results)!,
                arguments => bench().Parse(arguments).InvokeAsync(parsed.InvocationConfiguration, cancellationToken));
            await folder.CompleteAsync(new ProgressLine(), cancellationToken).ConfigureAwait(false);
            picture?.Write(ThroughputPlot.Write(folder.Comparison(FigurePart.CompareTwo), folder.Comparison(FigurePart.CompareFour)));
            readmeFile?.Write(folder);
            pageFile?.Write(folder);
            output.WriteLine($"Everything is measured; the reports are in {parsed.GetValue(results)}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static string CompareTable(FigureFolder folder, FigurePart part)
    {
        var report = folder.Comparison(part);
        return CompareFigures.Table(part, report) + "\n" + CompareFigures.Counted(report);
    }

    private static string WithCount(JsonReport report, Func<JsonReport, string> figures) =>
        figures(report) + "\n" + CostFigures.Counted(report);
}
