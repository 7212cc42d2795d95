using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Rendering;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench;

/// <summary>A run whose rows are printed as they are measured and written to files at its end, even if it fails.</summary>
internal sealed class ReportedRun(TextWriter output, int width, ReportFiles files) : IDisposable
{
    private readonly BenchConsole _console = new(output, width, new ProgressLine());

    /// <param name="run">Runs the measurement: sends its events to the given sink and returns its exit code.</param>
    /// <returns>The run's exit code, or 3 if that is 0 and a result had wrong elements.</returns>
    public async Task<int> ShowAsync(Func<IEventSink, Task<int>> run)
    {
        try
        {
            var code = await _console.ShowAsync(() => run(_console)).ConfigureAwait(false);
            return code == ExitCode.Success && _console.Rows.Any(row => row.Wrong > 0) ? ExitCode.Failed : code;
        }
        finally
        {
            _console.WriteSummary();
            files.Write(JsonReport.Of(_console.Machine, Parameters, _console.Rows));
        }
    }

    public void Dispose() => files.Dispose();

    private RunParameters? Parameters => _console.Parameters is { } parameters
        ? parameters with
        {
            Completed = _console.IsComplete,
            MemoryAboveJoinBytes = _console.MemoryAboveJoinBytes,
            IntervalCoverage = IntervalCoverage.Of(_console.Rows),
        }
        : null;
}
