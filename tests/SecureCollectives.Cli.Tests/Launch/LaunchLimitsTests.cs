namespace SecureCollectives.Cli.Tests.Launch;

/// <summary>Runs the real program with few resources, or as process 1 of a namespace.</summary>
public sealed class LaunchLimitsTests : LauncherProgramTests
{
    private const string Unshare = "/usr/bin/unshare";

    [Theory]
    [InlineData(64, "this program needs about ")]
    [InlineData(160, "each of 4 workers needs about ")]
    public async Task Launch_TooFewDescriptors_FailsWithOneLineThatSaysHowToRaiseTheLimit(int limit, string expected)
    {
        using var shell = ProgramProcess.Start(
            "/bin/sh", RuntimeDirectory, "-c", $"ulimit -n {limit}; exec \"$0\" launch -n 4 -- train", Program);
        var (code, output, error) = await shell.ExitAsync();

        Assert.Equal(2, code);
        Assert.Empty(output);
        var line = Assert.Single(error);
        Assert.Contains(expected, line);
        Assert.Contains($"the limit is {limit}. Raise it before starting: 'ulimit -n 1024'", line);
    }

    /// <summary>Only the workers have the low limit, so the library rather than the launcher reports it.</summary>
    [Fact]
    public async Task Join_TooFewDescriptors_EachWorkerFailsWithOneLine()
    {
        using var launch = ProgramProcess.Start(
            "secure-collectives", RuntimeDirectory, "launch", "-n", "2", "--", "/bin/sh", "-c", "ulimit -n 160; exec \"$0\" train",
                Program);
        var (code, _, error) = await launch.ExitAsync();

        Assert.Equal(2, code);
        foreach (var rank in (int[])[0, 1])
        {
            Assert.Contains($"rank {rank} of 2 needs about ",
                Assert.Single(error, line => line.StartsWith($"[{rank}]", StringComparison.Ordinal)));
        }

        Assert.DoesNotContain(error, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Launch_AsProcessOne_Trains()
    {
        using var probe = ProgramProcess.Start(Unshare, RuntimeDirectory, "-rpf", "--mount-proc", "true");
        Assert.SkipUnless((await probe.ExitAsync()).Code == 0, "This user cannot create process namespaces on this system.");

        using var launch = ProgramProcess.Start(
            Unshare, RuntimeDirectory, "-rpf", "--mount-proc", Program, "launch", "--workers", "2", "--", "train", "--epochs", "1");
        var (code, output, error) = await launch.ExitAsync();

        Assert.Empty(error);
        Assert.Equal(0, code);
        Assert.Contains(output, line => line.Contains("weights identical on 2 ranks", StringComparison.Ordinal));
    }

    /// <summary>A worker's shell leaves an orphan that ends later. The kernel makes it a child of the launcher, process 1.</summary>
    [Fact]
    public async Task Launch_AsProcessOne_ReapsOrphans()
    {
        using var probe = ProgramProcess.Start(Unshare, RuntimeDirectory, "-rpf", "--mount-proc", "true");
        Assert.SkipUnless((await probe.ExitAsync()).Code == 0, "This user cannot create process namespaces on this system.");

        using var launch = ProgramProcess.Start(
            Unshare, RuntimeDirectory, "-rpf", "--mount-proc", Program, "launch", "-n", "1", "--", "/bin/sh", "-c",
                "orphan=$(sh -c 'sleep 0.1 >/dev/null & echo $!'); while [ -d /proc/$orphan ]; do sleep 0.1; done; echo reaped");
        var (code, output, error) = await launch.ExitAsync();

        Assert.Empty(error);
        Assert.Equal(0, code);
        Assert.Equal(["[0] reaped"], output);
    }

    /// <summary>The terminated worker's peers fail because of it, and exit before it has cleaned up.</summary>
    [Fact]
    public async Task Launch_WorkerTerminated_IsNamed()
    {
        using var launch = ProgramProcess.Start(
            "secure-collectives", RuntimeDirectory, "launch", "-n", "3", "--", "/bin/sh", "-c",
                "echo process $$; exec \"$0\" train --epochs 1000000", Program);
        await launch.LinesAsync(3, line => line.EndsWith(" training images", StringComparison.Ordinal));
        var worker = Assert.Single(await launch.LinesAsync(1, line => line.StartsWith("[2] process ", StringComparison.Ordinal)));
        System.Diagnostics.Process.Start("/bin/kill", ["-TERM", worker.Split(' ')[^1]]).WaitForExit();
        var (code, _, error) = await launch.ExitAsync();

        Assert.Equal(143, code);
        Assert.StartsWith("launch: rank 2 failed first: it ended with exit code 143 (signal 15, SIGTERM).", error[^1]);
    }
}
