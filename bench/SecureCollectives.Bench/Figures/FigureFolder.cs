using System.Text.Json;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Figures;

/// <summary>A directory with each part's report and the command that produced it. A part that is present is not measured again.</summary>
/// <param name="path">The directory.</param>
/// <param name="bench">Runs the bench with the given arguments and returns its exit code.</param>
internal sealed class FigureFolder(string path, Func<IReadOnlyList<string>, Task<int>> bench)
{
    /// <summary>Measures each part that is missing or was measured with a different command.</summary>
    /// <param name="progress">Receives the name of the current part.</param>
    /// <param name="cancellationToken">Cancels between parts; the current part runs to its end.</param>
    /// <exception cref="CommandFailureException">A part failed; completed parts are kept.</exception>
    public async Task CompleteAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        foreach (var part in FigurePart.All.Where(part => !IsThere(part)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report($"measuring {part.Name}");
            File.Delete(FileOf(part));
            // Rename only after a complete run, because an interrupted run also writes a report.
            var partial = FileOf(part) + ".partial";
            var code = await bench([.. part.Arguments, "--json", partial]).ConfigureAwait(false);
            if (code != ExitCode.Success)
            {
                throw new CommandFailureException(code,
                    $"{part.Name}, '{part.Command}', failed with exit code {code}. Run it again; the completed parts are kept in {path}.");
            }

            File.WriteAllText(CommandOf(part), part.Command);
            File.Move(partial, FileOf(part), overwrite: true);
        }
    }

    /// <exception cref="CommandFailureException">The file is not a report of this kind.</exception>
    public JsonReport Cost(FigurePart part) => Read(part, ReportContext.Default.JsonReport);

    /// <exception cref="CommandFailureException">The file is not a report of this kind.</exception>
    public CompareReport Comparison(FigurePart part) => Read(part, CompareReportJson.Default.CompareReport);

    private T Read<T>(FigurePart part, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            using var file = File.OpenRead(FileOf(part));
            return JsonSerializer.Deserialize(file, type) ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new CommandFailureException(
                ExitCode.Failed, $"{FileOf(part)} cannot be read: {e.Message} Delete it to measure it again.");
        }
    }

    private bool IsThere(FigurePart part) =>
        File.Exists(FileOf(part)) && File.Exists(CommandOf(part)) && File.ReadAllText(CommandOf(part)) == part.Command;

    private string CommandOf(FigurePart part) => Path.Combine(path, part.Name + ".command");

    private string FileOf(FigurePart part) => Path.Combine(path, part.Name + ".json");
}
