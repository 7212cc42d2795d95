using System.Diagnostics;
using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class ToolRunTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ToItsEnd_HasExitCodeAndBothOutputs()
    {
        var run = await ToolRun.RunAsync("/bin/sh", ["-c", "echo out; echo first >&2; echo last >&2; exit 7"], Generous, Token);

        Assert.Equal((7, "out\n", "first last"), (run.ExitCode, run.Output, run.Complaint()));
    }

    [Fact]
    public async Task Run_NoSuchProgram_FailsTheContender() =>
        await Assert.ThrowsAsync<ContenderFailedException>(() => ToolRun.RunAsync("/no/such/program", [], Generous, Token));

    [Fact]
    public async Task Run_BeyondTheLimit_IsKilledAndSaysSo()
    {
        var failure = await Assert.ThrowsAsync<ContenderFailedException>(() =>
            ToolRun.RunAsync("/bin/sh", ["-c", "exec sleep 3600"], TimeSpan.FromMilliseconds(50), Token));

        Assert.Contains("did not finish within", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Cancelled_LeavesNothingBehind()
    {
        using var directory = new TemporaryDirectory();
        var pidFile = Path.Combine(directory.Path, "pid");
        Assert.SkipUnless(File.Exists("/usr/bin/mkfifo") || File.Exists("/bin/mkfifo"), "mkfifo is not installed.");
        using (var mkfifo = Process.Start("mkfifo", [pidFile]))
        {
            await mkfifo.WaitForExitAsync(Token);
        }

        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var run = ToolRun.RunAsync("/bin/sh", ["-c", "echo $$ > \"$0\"; exec sleep 3600", pidFile], Generous, cancel.Token);
        // Opening the pipe blocks until the program has opened it.
        var pid = int.Parse(await File.ReadAllTextAsync(pidFile, Token), System.Globalization.CultureInfo.InvariantCulture);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        using var left = Process.GetProcesses().FirstOrDefault(process => process.Id == pid);
        if (left is not null)
        {
            await left.WaitForExitAsync(Token).WaitAsync(Generous, Token);
        }
    }
}
