using System.Text.RegularExpressions;

namespace SecureCollectives.Tests.Documentation;

/// <summary>A fenced block of a page.</summary>
/// <param name="Page">The page's path in the repository.</param>
/// <param name="Line">The line of its opening fence.</param>
/// <param name="Info">What stands behind the fence: a language, and <c>example</c> where no test runs it.</param>
/// <param name="Lines">What it holds.</param>
internal sealed partial record CodeBlock(string Page, int Line, string Info, IReadOnlyList<string> Lines)
{
    private const string Prompt = "$ ";
    private const string Continuation = "\\";

    /// <summary>Whether it says that no test runs it.</summary>
    public bool IsExample => Info.Split(' ').Contains("example");

    /// <summary>Whether a test runs its commands.</summary>
    public bool IsRun => Info == "console";

    /// <summary>Whether a reader would type some of it.</summary>
    public bool HasCommands => Lines.Any(line => line.StartsWith(Prompt, StringComparison.Ordinal) || Command().IsMatch(line));

    /// <summary>The commands and what they print, as far as it is shown: lines without those that are left out.</summary>
    public (string Script, IReadOnlyList<string> Output) Read()
    {
        var (script, output) = (new List<string>(), new List<string>());
        var continues = false;
        foreach (var line in Lines)
        {
            if (continues || line.StartsWith(Prompt, StringComparison.Ordinal))
            {
                script.Add(continues ? line : line[Prompt.Length..]);
                continues = line.EndsWith(Continuation, StringComparison.Ordinal);
            }
            else if (line is not ("..." or ""))
            {
                output.Add(line);
            }
        }

        return (string.Join('\n', script), output);
    }

    [GeneratedRegex("^(secure-collectives|dotnet|docker|docker-compose|kubectl|srun|sbatch|mpirun|torchrun|apt-get|export|openssl)( |-)")]
    private static partial Regex Command();
}
