using System.Diagnostics;

namespace SecureCollectives.Package.Tests;

/// <summary>The result of a command run as a user types it.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Detects hangs only. Native code takes minutes to compile while other programs occupy the cores.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a command to completion.</summary>
    /// <param name="folder">The working directory.</param>
    /// <param name="variables">Environment variables to set in addition to those of this process.</param>
    /// <param name="program">The name of a program on PATH, or a path.</param>
    /// <param name="arguments">The program's arguments.</param>
    public static async Task<CommandRun> RunAsync(
        string folder, IReadOnlyDictionary<string, string> variables, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The test platform sets variables that make its children use its own copies of MSBuild's files.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // Build nodes that outlive the build would hold the output open. Tests compare English messages.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new CommandRun(process.ExitCode, output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs a command and asserts that it succeeds.</summary>
    public static async Task<CommandRun> SucceedAsync(string folder, string program, params string[] arguments)
    {
        var run = await RunAsync(folder, new Dictionary<string, string>(), program, arguments);
        Assert.True(run.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {run.ExitCode}.\n{run.Output}{run.Error}");
        return run;
    }
}
