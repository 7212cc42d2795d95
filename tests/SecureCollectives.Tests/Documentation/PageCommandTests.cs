using System.Diagnostics;
using System.Text.RegularExpressions;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Documentation;

/// <summary>Runs the commands of each documentation page as a reader would type them, one after the other in one folder.</summary>
public sealed partial class PageCommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Replaces dotnet and our programs on the PATH: <c>dotnet run</c> starts the output of this build, so that no test rebuilds a project
    /// in another configuration.
    /// </summary>
    private const string StandIn = """
        #!/usr/bin/env bash
        set -euo pipefail
        built() { # project [arguments]
            local files=("$ROOT/$1/bin/$CONFIGURATION/net10.0/"*.runtimeconfig.json)
            exec "$DOTNET" "${files[0]%.runtimeconfig.json}.dll" "${@:2}"
        }
        case "$(basename "$0")" in
            secure-collectives) built src/SecureCollectives.Cli "$@" ;;
            secure-collectives-bench) built bench/SecureCollectives.Bench "$@" ;;
        esac
        if [ "$1" != run ]; then exec "$DOTNET" "$@"; fi
        shift
        project=
        while [ $# -gt 0 ]; do
            case "$1" in
                -c) shift 2 ;;
                --project) project=$2; shift 2 ;;
                --) shift; break ;;
                *) break ;;
            esac
        done
        built "$project" "$@"

        """;

    private static readonly string[] StandInNames = ["dotnet", "secure-collectives", "secure-collectives-bench"];

    public static TheoryData<string> Pages =>
        [.. Page.All.Select(row => row.Data).Where(path => Page.Read(path).Blocks.Any(block => block.IsRun))];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Commands_OfThePage_RunAndPrintWhatItShows(string path)
    {
        using var directory = new TemporaryDirectory();
        using var programs = new TemporaryDirectory();
        foreach (var name in StandInNames)
        {
            var file = Path.Combine(programs.Path, name);
            await File.WriteAllTextAsync(file, StandIn, TestContext.Current.CancellationToken);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        foreach (var block in Page.Read(path).Blocks.Where(block => block.IsRun))
        {
            var (script, shown) = block.Read();
            var (code, output) = await RunAsync(directory.Path, programs.Path, script);

            Assert.True(code == 0, $"{path}:{block.Line} ended with {code}:\n{string.Join('\n', output)}");
            var lines = output.Select(WithoutNumbers).ToHashSet();
            Assert.DoesNotContain(shown, line => !lines.Contains(WithoutNumbers(line)));
        }
    }

    private static async Task<(int Code, string[] Output)> RunAsync(string directory, string programs, string script)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var start = new ProcessStartInfo("bash", ["-c", $"set -euo pipefail\nexec 2>&1\n{script}"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
        };
        var path = Environment.GetEnvironmentVariable("PATH");
        start.Environment["DOTNET"] = path!.Split(':').Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);
        start.Environment["PATH"] = $"{programs}:{path}";
        start.Environment["ROOT"] = RepositoryRoot.PathOf();
        start.Environment["CONFIGURATION"] = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')));
        using var process = Process.Start(start)!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output.Split('\n'));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Masks dates, hashes and figures, which differ from run to run.</summary>
    private static string WithoutNumbers(string line) => Numbers().Replace(line.TrimEnd(), "#");

    [GeneratedRegex("[0-9A-F]{8,}|[0-9]+")]
    private static partial Regex Numbers();
}
