using System.Diagnostics;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

public sealed class LaunchedProcessesTests
{
    private static readonly TimeSpan LongestSearching = TimeSpan.FromSeconds(10);

    /// <summary>
    /// While a process executes another program, /proc shows no environment for it, or only part of the old one. The script executes itself
    /// again and again, so many searches meet it in that state.
    /// </summary>
    [Fact]
    public async Task Find_ProcessKeepsExecutingPrograms_IsFoundOrTheSearchIsIncomplete()
    {
        using var files = new TemporaryDirectory();
        var script = files.Combine("again");
        await File.WriteAllTextAsync(script, "exec /bin/sh $0\n");
        var start = new ProcessStartInfo("/bin/sh", [script]) { UseShellExecute = false };
        start.Environment[LaunchVariables.LauncherDirectory] = files.Path;
        var processes = new LaunchedProcesses(files.Path);

        using var process = Process.Start(start)!;
        try
        {
            var found = 0;
            var began = Stopwatch.GetTimestamp();
            for (var search = 0; search < 1000 && Stopwatch.GetElapsedTime(began) < LongestSearching; search++)
            {
                var result = processes.Find();
                Assert.True(result.Running.Count == 1 || !result.IsComplete);
                found += result.Running.Count;
            }

            Assert.True(found > 0);
        }
        finally
        {
            await processes.EndAsync(TimeSpan.FromSeconds(30));
        }

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(await processes.EndWithinAsync(TimeSpan.FromSeconds(30), CancellationToken.None));
    }

    /// <summary>A process without any environment is not the launch's, and does not keep searches from being complete.</summary>
    [Fact]
    public async Task Find_ProcessWithoutEnvironment_IsNotTheLaunchs()
    {
        using var files = new TemporaryDirectory();
        var start = new ProcessStartInfo("/usr/bin/env", ["-i", "/bin/cat"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync("started");
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync());

        Assert.True(new LaunchedProcesses(files.Path).Find() is { Running.Count: 0 });
        Assert.True(await new LaunchedProcesses(files.Path).EndWithinAsync(TimeSpan.FromSeconds(30), CancellationToken.None));
        Assert.False(process.HasExited);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
