using System.Text;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Bench.Tests;

/// <summary>Runs workers in a group that something else started: here a launcher that knows nothing about the bench.</summary>
public sealed class WorkerVerbTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private readonly MemoryStream _output = new();
    private readonly MemoryStream _workersError = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _workersError.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Worker_InAGroup_RankZeroPrintsTheTable()
    {
        var (code, output) = await RunAsync(allowPlaintext: true, "--rounds", "6");

        Assert.Equal(0, code);
        Assert.All(output, line => Assert.StartsWith("[0]", line));
        Assert.Contains(output,
            line => line.Contains(" plaintext ", StringComparison.Ordinal) && line.Contains("baseline", StringComparison.Ordinal));
        Assert.Contains(output, line => line.Contains(" aead ", StringComparison.Ordinal) && line.EndsWith(']'));
    }

    [Fact]
    public async Task Worker_PlaintextNotAllowed_SaysSoAndMeasuresTheRest()
    {
        var (code, output) = await RunAsync(allowPlaintext: false, "--rounds", "1", "--protections", "plaintext,aead");

        Assert.Equal(0, code);
        Assert.Contains(output,
            line => line.Contains("SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1 is not set on every rank", StringComparison.Ordinal));
        Assert.DoesNotContain(output, line => line.Contains("baseline", StringComparison.Ordinal));
        Assert.Contains(output, line => line.Contains(" aead ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Worker_OtherOptionsOnOneRank_IsRefusedAndNamed()
    {
        var (code, _) = await RunShellAsync("exec \"$0\" worker --collectives allreduce --max-bytes 64K --rounds $((RANK + 1))");

        Assert.Equal(2, code);
        Assert.Contains("rank 1 was started with different options than rank 0", Encoding.UTF8.GetString(_workersError.ToArray()));
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "secure-collectives-bench");

    private Task<(int Code, string[] Output)> RunAsync(bool allowPlaintext, params string[] arguments) => RunAsync(
        new WorkerCommand(Program, ["worker", "--collectives", "allreduce", "--max-bytes", "64K", .. arguments]), allowPlaintext);

    private Task<(int Code, string[] Output)> RunShellAsync(string script) =>
        RunAsync(new WorkerCommand("/bin/sh", ["-c", script, Program]), allowPlaintext: true);

    private async Task<(int Code, string[] Output)> RunAsync(WorkerCommand command, bool allowPlaintext)
    {
        var options = new LaunchOptions
        {
            Workers = 2,
            Job = "test",
            Port = LoopbackPort.FindFree(),
            Command = command,
            Variables = new Dictionary<string, string> { [LaunchVariables.AllowPlaintext] = allowPlaintext ? "1" : "0" },
        };
        var output = new RankOutput(_output, colourOutput: false, _workersError, colourError: false);
        using var limit = new CancellationTokenSource(Limit);
        var code = await new Launcher(options, new ThrowawayCertificates(TimeProvider.System), output, _error).RunAsync(limit.Token);
        return (code, Encoding.UTF8.GetString(_output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd()).ToArray());
    }
}
