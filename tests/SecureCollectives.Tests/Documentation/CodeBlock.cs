using System.Text.RegularExpressions;

namespace SecureCollectives.Tests.Documentation;

/// <summary>A fenced code block of a documentation page.</summary>
/// <param name="Page">The page's path in the repository.</param>
/// <param name="Line">The line of its opening fence.</param>
/// <param name="Info">The info string after the fence: a language, and <c>example</c> if no test runs the block.</param>
/// <param name="Lines">The lines between the fences.</param>
internal sealed partial record CodeBlock(string Page, int Line, string Info, IReadOnlyList<string> Lines)
{
    private const string Prompt = "$ ";
    private const string Continuation = "\\";

    /// <summary>Gets whether the block is marked as an example, which no test runs.</summary>
    public bool IsExample => Info.Split(' ').Contains("example");

    /// <summary>Gets whether a test runs the block's commands.</summary>
    public bool IsRun => Info == "console";

    /// <summary>Gets whether the block contains commands that a reader would type.</summary>
    public bool HasCommands => Lines.Any(line => line.StartsWith(Prompt, StringComparison.Ordinal) || Command().IsMatch(line));

    /// <summary>Returns the commands, and the output lines that the block shows; "..." stands for omitted output.</summary>
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
