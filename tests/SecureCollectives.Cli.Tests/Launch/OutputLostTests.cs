namespace SecureCollectives.Cli.Tests.Launch;

/// <summary>Runs the real program when its output cannot be written.</summary>
public sealed class OutputLostTests : LauncherProgramTests
{
    private const string Full = "cannot be written: No space left on device.";

    [Theory]
    [InlineData("standard output " + Full, "seq 200000", ">/dev/full")]
    [InlineData("standard output " + Full, "seq 2", ">/dev/full")]
    [InlineData("standard output cannot be written: it is closed.", "seq 200000", ">&-")]
    [InlineData("standard output cannot be written: it is closed.", "seq 2", ">&-")]
    // These workers would run forever; the launcher ends them.
    [InlineData("standard output " + Full, "yes", ">/dev/full")]
    [InlineData("standard error " + Full, "sh -c 'seq 200000 >&2'", "2>/dev/full")]
    [InlineData("standard error " + Full, "sh -c 'echo once >&2; exec sleep 600'", "2>/dev/full")]
    public async Task Launch_OutputCannotBeWritten_ReportsItOnTheOtherStreamAndFails(string expected, string worker, string redirection)
    {
        using var shell = Shell($"\"$0\" launch -n 2 -- {worker} {redirection}");
        var (code, output, error) = await shell.ExitAsync();

        Assert.Equal(3, code);
        Assert.Equal([$"secure-collectives: {expected}"], output.Concat(error));
    }

    [Fact]
    public async Task Launch_ReaderGone_EndsQuietly()
    {
        using var shell = Shell("{ \"$0\" launch -n 2 -- yes; echo code $? >&2; } | head -1");
        var (_, output, error) = await shell.ExitAsync();

        Assert.Matches("^\\[[01]\\] y$", Assert.Single(output));
        Assert.Equal(["code 141"], error);
    }

    /// <summary>The worker wrote nothing, so its failure matters more to the user than the lost output.</summary>
    [Fact]
    public async Task Launch_WorkerFailsSilentlyAndOutputCannotBeWritten_ReturnsTheWorkersExitCode()
    {
        using var shell = Shell("\"$0\" launch -n 1 -- sh -c 'exit 7' >/dev/full");
        var (code, _, error) = await shell.ExitAsync();

        Assert.Equal(7, code);
        Assert.Equal(["launch: rank 0 failed first: it ended with exit code 7."], error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("launch --help")]
    [InlineData("pki throwaway --help")]
    [InlineData("train --help")]
    public async Task Verb_OutputCannotBeWritten_FailsWithOneLine(string arguments)
    {
        foreach (var (redirection, reason) in new[] { (">/dev/full", "No space left on device"), (">&-", "it is closed") })
        {
            using var shell = Shell($"\"$0\" {arguments} {redirection}");
            var (code, _, error) = await shell.ExitAsync();

            Assert.Equal(3, code);
            Assert.Equal([$"secure-collectives: standard output cannot be written: {reason}."], error);
        }
    }

    [Fact]
    public async Task Verb_NeitherStreamCanBeWritten_FailsByExitCodeOnly()
    {
        using var shell = Shell("\"$0\" --help >/dev/full 2>/dev/full");
        var (code, output, error) = await shell.ExitAsync();

        Assert.Equal(3, code);
        Assert.Empty(output.Concat(error));
    }

    private ProgramProcess Shell(string script) => ProgramProcess.Start("/bin/sh", RuntimeDirectory, "-c", script, Program);
}
