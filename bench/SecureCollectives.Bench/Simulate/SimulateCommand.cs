using System.CommandLine;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate;

/// <summary>The verb <c>simulate</c>: a model of this machine's loops, checked on this machine, applied to larger clusters.</summary>
internal static class SimulateCommand
{
    private const string DefaultPlot = "simulate.svg";

    private const string Description = """
        Predicts how AllReduce scales to thousands of workers. Measures the cost of a loop's work on this
        machine, fits a discrete-event model to it, and checks the model's error in worlds of 2 to 8
        processes. Then runs the library's own schedules in the model, on several networks, with and without
        protection, with each algorithm. Prints tables and writes a plot. bench/README.md says what the model
        leaves out.

          secure-collectives-bench simulate
          secure-collectives-bench simulate --save-parameters here.json
          secure-collectives-bench simulate --parameters here.json --rates 25Gbit

        The first takes about two minutes. The second saves the measured parameters; the third uses them
        instead of measuring, and takes seconds.

        Exit codes: 0 success; 2 wrong options; 3 a world could not be measured; 130 interrupted.
        """;

    public static Command Create()
    {
        var arguments = new SimulateArguments();
        var parameters = new Option<string?>(ParameterFile.Option)
        {
            Description =
            "Reads the model's parameters from this file instead of measuring them. The model is then not checked.",
            HelpName = "FILE"
        };
        var save = new Option<string?>("--save-parameters") { Description = "Saves the parameters for --parameters.", HelpName = "FILE" };
        var plot = new Option<string>(
            "--plot")
        { Description = "The file for the plot, as SVG.", HelpName = "FILE", DefaultValueFactory = _ => DefaultPlot };
        var json = new Option<string?>("--json") { Description = "Writes parameters, check and rows, as JSON.", HelpName = "FILE" };
        var wide = new WideOption();
        var command = new Command("simulate", Description);
        arguments.AddTo(command);
        wide.AddTo(command);
        foreach (var option in (Option[])[parameters, save, plot, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = arguments.Read(parsed);
            var known = parsed.GetValue(parameters) is { } path ? ParameterFile.Read(path) : null;
            if (known is null)
            {
                MachineMeasurement.Require();
            }

            using var saved = ReportFile.Open(parsed.GetValue(save), save.Name);
            using var picture = ReportFile.Open(parsed.GetValue(plot), plot.Name);
            using var report = ReportFile.Open(parsed.GetValue(json), json.Name);
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var progress = new ProgressLine();
            var run = new SimulateRun(options, known, new MachineMeasurement(progress, error), output, wide.WidthOf(parsed), progress);
            await run.RunAsync(saved, picture!, report, cancellationToken).ConfigureAwait(false);
            output.WriteLine($"The plot is in {parsed.GetValue(plot)}.");
            return ExitCode.Success;
        });
        return command;
    }
}
