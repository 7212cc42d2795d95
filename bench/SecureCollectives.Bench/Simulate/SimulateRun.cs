using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Simulate.Fit;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Simulate.Scale;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate;

/// <summary>Runs one simulation, from the measurement to the report.</summary>
/// <param name="options">The clusters to simulate.</param>
/// <param name="known">Parameters measured earlier; null to measure them now.</param>
/// <param name="measurement">Measures this machine.</param>
/// <param name="output">Receives the tables.</param>
/// <param name="width">The maximum length of a line, in characters.</param>
/// <param name="progress">Receives the current step.</param>
internal sealed class SimulateRun(
    SimulateOptions options, ParameterFile? known, MachineMeasurement measurement, TextWriter output, int width,
        IProgress<string> progress)
{
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task RunAsync(ReportFile? saved, ReportFile plot, ReportFile? json, CancellationToken cancellationToken)
    {
        var (source, checks) = known is not null ? (known, null) : await MeasureAsync(cancellationToken).ConfigureAwait(false);
        saved?.Write(ParameterFile.Write(source.Machine, source.Parameters));
        Show(source, checks);

        var rows = new ScaleSweep(options, source.Parameters, progress).Run(cancellationToken);
        progress.Report("");
        Show(ScaleTable.Lines(rows, options, width));
        output.WriteLine();
        var verdicts = Verdict.Of(Algorithm.HierarchicalRing, rows, checks is null ? null : CheckedTime.LargestError(checks));
        Show(verdicts);
        progress.Report("simulating network interfaces");
        var interfaces = new InterfaceSweep(options, source.Parameters).Run(cancellationToken);
        progress.Report("");
        output.WriteLine();
        Show(InterfaceVerdict.Lines(interfaces, options));
        plot.Write(ScalePlot.Write(rows, options));
        json?.Write(SimulateReport.Write(source, options, checks, rows, interfaces, verdicts));
    }

    private async Task<(ParameterFile Source, IReadOnlyList<CheckedTime>? Checks)> MeasureAsync(CancellationToken cancellationToken)
    {
        var machine = MachineDescription.OfThisOne();
        var start = measurement.MeasureCore();
        var times = await measurement.MeasureWorldsAsync(note => Show([$"# {note}"]), cancellationToken).ConfigureAwait(false);
        progress.Report("fitting");
        var parameters = ParameterFit.Fit(start, times, machine.Cores, cancellationToken);
        progress.Report("");
        return (new ParameterFile(ParameterFile.CurrentSchema, machine, parameters), CheckedTime.All(times, parameters, machine.Cores));
    }

    private void Show(ParameterFile source, IReadOnlyList<CheckedTime>? checks)
    {
        Show([$"# machine: {source.Machine.Cores} cores, {source.Machine.Processor} ({source.Machine.Architecture}), "
            + $"Linux {source.Machine.Kernel}, {source.Machine.Runtime}"]);
        Show(ParameterTable.Lines(source.Parameters, source.Machine.Cores, width));
        output.WriteLine();
        if (checks is null)
        {
            Show(["# The parameters come from a file, so the model was not checked on this machine. "
                + $"It is checked without {ParameterFile.Option}."]);
            return;
        }

        Show(["# AllReduce between processes of this machine: measured times and the model's predictions"]);
        Show(CheckTable.Lines(checks, width));
    }

    private void Show(IEnumerable<string> texts)
    {
        foreach (var line in texts.SelectMany(text => WrappedText.Lines(text, width)))
        {
            output.WriteLine(line);
        }
    }
}
