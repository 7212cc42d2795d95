using System.Text.Json;
using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Figures;

/// <summary>A folder with the report of each part, and the command that measured it. What is there is not measured again.</summary>
/// <param name="path">The folder.</param>
/// <param name="bench">Runs the bench with arguments, and returns its exit code.</param>
internal sealed class FigureFolder(string path, Func<IReadOnlyList<string>, Task<int>> bench)
{
    /// <summary>Measures each part that is missing, or was measured by another command.</summary>
    /// <param name="progress">Told which.</param>
    /// <param name="cancellationToken">Ends it between parts; a part that runs ends by itself.</param>
    /// <exception cref="CommandFailureException">A part failed; those before it stay.</exception>
    public async Task CompleteAsync(IProgress<string> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        foreach (var part in FigurePart.All.Where(part => !IsThere(part)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.Report($"measuring {part.Name}");
            File.Delete(FileOf(part));
            // Under its own name only when the run was complete: an interrupted one writes a report as well.
            var partial = FileOf(part) + ".partial";
            var code = await bench([.. part.Arguments, "--json", partial]).ConfigureAwait(false);
            if (code != ExitCode.Success)
            {
                throw new CommandFailureException(code,
                    $"{part.Name}, '{part.Command}', ended with exit code {code}. Run it again: the parts before it are in {path} and "
                        + "stay.");
            }

            File.WriteAllText(CommandOf(part), part.Command);
            File.Move(partial, FileOf(part), overwrite: true);
        }
    }

    /// <exception cref="CommandFailureException">The file is not such a report.</exception>
    public JsonReport Cost(FigurePart part) => Read(part, ReportContext.Default.JsonReport);

    /// <exception cref="CommandFailureException">The file is not such a report.</exception>
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
                ExitCode.Failed, $"{FileOf(part)} cannot be read: {e.Message} Delete it, and it is measured again.");
        }
    }

    private bool IsThere(FigurePart part) =>
        File.Exists(FileOf(part)) && File.Exists(CommandOf(part)) && File.ReadAllText(CommandOf(part)) == part.Command;

    private string CommandOf(FigurePart part) => Path.Combine(path, part.Name + ".command");

    private string FileOf(FigurePart part) => Path.Combine(path, part.Name + ".json");
}
