using System.Globalization;
using System.Text;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.CommandLine.Tests.Launch;

/// <summary>Runs the launcher inside the test process, with real shells as workers and short grace periods.</summary>
public sealed class LauncherTests : IDisposable
{
    /// <summary>
    /// Short for tests that wait for the period to end. Ample for copying output, which stops by itself once the last process that holds
    /// the output has exited.
    /// </summary>
    private static readonly LaunchGrace Grace = new()
    {
        AfterFailure = TimeSpan.FromSeconds(0.2),
        AfterInterrupt = TimeSpan.FromSeconds(0.2),
        AfterTerminate = TimeSpan.FromSeconds(0.2),
        AfterExit = TimeSpan.FromSeconds(30),
    };

    private readonly MemoryStream _output = new();
    private readonly MemoryStream _workersError = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _workersError.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("INT TERM")]
    public async Task Run_WorkerIgnoresSignals_IsKilledWithItsDescendants(string ignored)
    {
        // A shell that ignores the signals, and its child, which inherits this.
        using var files = new TemporaryDirectory();
        var code = await RunAsync(2, $"""
            trap '' {ignored}
            if [ $RANK = 0 ]; then while [ ! -e {files.Path}/started ]; do :; done; exit 9; fi
            sleep 600 & echo $!; : >{files.Path}/started; wait; exit 0
            """);
        var child = int.Parse(Encoding.ASCII.GetString(_output.ToArray()).Split(' ')[1], CultureInfo.InvariantCulture);

        Assert.Equal(9, code);
        await GoneAsync(child);
        Assert.Equal("launch: rank 0 failed first: it ended with exit code 9. The launcher then ended 1 worker.",
            _error.ToString().TrimEnd());
    }

    /// <summary>
    /// A shell that exits before the process it started. That process then has another parent, and perhaps another session.
    /// </summary>
    [Theory]
    [InlineData("sleep 600")]
    [InlineData("trap '' TERM; sleep 600 >/dev/null 2>&1")]
    [InlineData("exec setsid sleep 600 >/dev/null 2>&1")]
    public async Task Run_WorkerLeavesAProcessBehind_EndsIt(string left)
    {
        // The id goes to a file because output may not be copied completely within such a short grace period.
        using var files = new TemporaryDirectory();
        var idFile = files.Combine("id");
        var grace = Grace with { AfterExit = TimeSpan.FromSeconds(0.2) };
        var code = await RunAsync(1, $"sh -c \"echo \\$\\$ >{idFile}; {left}\" & while [ ! -s {idFile} ]; do :; done", grace);

        Assert.Equal(0, code);
        await GoneAsync(int.Parse(await File.ReadAllTextAsync(idFile), CultureInfo.InvariantCulture));
        Assert.Matches("^launch: ended (1 process|2 processes) that workers had left behind\\.$", _error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Run_CertificatesCannotBeIssued_StartsNothingAndRemovesTheDirectory()
    {
        var certificates = new FailingCertificates();
        var launcher = new Launcher(
            Options(1, "echo started"), certificates, new RankOutput(_output, false, _workersError, false), _error);

        await Assert.ThrowsAsync<IOException>(() => launcher.RunAsync(CancellationToken.None));
        Assert.False(Directory.Exists(certificates.Directory));
        Assert.Equal(0, _output.Length);
    }

    [Fact]
    public async Task Run_TokenFires_ThrowsAfterTheWorkersHaveEnded()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(2, "exec sleep 600", cancellationToken: cancellation.Token));

        Assert.Equal("launch: interrupted; ended 2 workers.", _error.ToString().TrimEnd());
    }

    /// <summary>
    /// Rank 0 fails because of rank 1 but exits first, as peers do when the failed worker takes time to end.
    /// </summary>
    [Fact]
    public async Task Run_WorkerTerminatedFromOutside_IsNamedEvenIfAnotherExitsFirst()
    {
        using var files = new TemporaryDirectory();
        var grace = Grace with { AfterFailure = TimeSpan.FromSeconds(50) };
        var code = await RunAsync(2, $"""
            if [ $RANK = 0 ]; then while [ ! -p {files.Path}/pipe ]; do :; done; echo $$ >{files.Path}/pipe; exit 3; fi
            mkfifo {files.Path}/pipe; read peer <{files.Path}/pipe; while kill -0 $peer 2>/dev/null; do :; done; kill -TERM $$
            """, grace);

        Assert.Equal(143, code);
        Assert.Equal("launch: rank 1 failed first: it ended with exit code 143 (signal 15, SIGTERM).", _error.ToString().TrimEnd());
    }

    [Theory]
    [InlineData(nameof(EndCause.Interrupt), "[0] interrupted")]
    [InlineData(nameof(EndCause.Terminate), "[0] terminated")]
    [InlineData(nameof(EndCause.OutputLost), "[0] terminated")]
    public async Task Run_TokenFires_WorkersGetTheSameSignal(string name, string expected)
    {
        var cause = Enum.Parse<EndCause>(name);
        Assert.SkipWhen(
            cause == EndCause.Interrupt && ProgramProcess.InterruptIsIgnored, "This process ignores SIGINT, which its children inherit.");
        using var files = new TemporaryDirectory();
        var pipe = files.Combine("pipe");
        var options = Options(1, $"""
            trap 'echo interrupted; exit 0' INT; trap 'echo terminated; exit 0' TERM
            mkfifo {pipe}.made; mv {pipe}.made {pipe}; while :; do :; done
            """) with
        {
            Cause = () => cause,
            Grace = Grace with { AfterInterrupt = TimeSpan.FromSeconds(50), AfterTerminate = TimeSpan.FromSeconds(50) },
        };
        using var cancellation = new CancellationTokenSource();
        using var watcher = new FileSystemWatcher(files.Path, "pipe");
        watcher.Renamed += (_, _) => cancellation.Cancel();
        watcher.EnableRaisingEvents = true;
        var launcher = new Launcher(options, new ThrowawayCertificates(TimeProvider.System),
            new RankOutput(_output, false, _workersError, false), _error);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => launcher.RunAsync(cancellation.Token).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None));
        Assert.Equal(expected, Encoding.ASCII.GetString(_output.ToArray()).TrimEnd());
        Assert.Equal(cause == EndCause.OutputLost ? "" : "launch: interrupted; ended 1 worker.", _error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Run_Terminal_ColoursThePrefixByRank()
    {
        var launcher = new Launcher(
            Options(2, "echo line"), new ThrowawayCertificates(TimeProvider.System), new RankOutput(_output, true, _workersError, false),
                _error);
        await launcher.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));

        var lines = Encoding.ASCII.GetString(_output.ToArray()).TrimEnd().Split('\n').Order();
        Assert.Equal(["\e[33m[1]\e[0m line", "\e[36m[0]\e[0m line"], lines);
    }

    private Task<int> RunAsync(int workers, string script, LaunchGrace? grace = null, CancellationToken cancellationToken = default)
    {
        var output = new RankOutput(_output, colourOutput: false, _workersError, colourError: false);
        return new Launcher(Options(workers, script, grace), new ThrowawayCertificates(TimeProvider.System), output, _error)
            .RunAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
    }

    private static async Task GoneAsync(int processId)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(processId);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (ArgumentException)
        {
            // The process had already ended.
        }
    }

    private static LaunchOptions Options(int workers, string script, LaunchGrace? grace = null) => new()
    {
        Workers = workers,
        Job = "test",
        Port = LoopbackPort.FindFree(),
        Command = new WorkerCommand("/bin/sh", ["-c", script]),
        Cause = static () => EndCause.Interrupt,
        Grace = grace ?? Grace,
    };

    private sealed class FailingCertificates : IWorkerCertificates
    {
        public string? Directory { get; private set; }

        public IReadOnlyList<WorkerFiles> Issue(string job, int workers, string directory)
        {
            Directory = directory;
            throw new IOException("no space left");
        }
    }
}
