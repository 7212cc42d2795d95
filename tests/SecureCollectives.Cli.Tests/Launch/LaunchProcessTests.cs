using System.Diagnostics;
using SecureCollectives.CommandLine.Launch;

namespace SecureCollectives.Cli.Tests.Launch;

/// <summary>Runs the real program with shells as workers. However it ends, it must leave no files behind.</summary>
public sealed class LaunchProcessTests : LauncherProgramTests
{
    /// <summary>Much shorter than these workers would run on their own.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Launch_AllWorkersSucceed_PrefixesBothStreamsAndEndsWithZero()
    {
        using var launch = Launch(3, "echo \"to output $1\"; echo to error >&2; printf unfinished", "two words");
        var (code, output, error) = await launch.ExitAsync();

        Assert.Equal(0, code);
        foreach (var rank in Enumerable.Range(0, 3))
        {
            Assert.Contains($"[{rank}] to output two words", output);
            Assert.Contains($"[{rank}] unfinished", output);
            Assert.Contains($"[{rank}] to error", error);
        }

        Assert.Equal(6, output.Length);
        Assert.Equal(3, error.Length);
    }

    [Fact]
    public async Task Launch_Workers_ReceiveTheirPlaceInTheEnvironment()
    {
        using var launch = Launch(2, """
            echo place $RANK $WORLD_SIZE $LOCAL_RANK $LOCAL_WORLD_SIZE $MASTER_ADDR $SECURE_COLLECTIVES_JOB $SECURE_COLLECTIVES_LAUNCHER_PID
            echo run $SECURE_COLLECTIVES_RUN_ID $MASTER_PORT
            cd $SECURE_COLLECTIVES_LAUNCHER_DIRECTORY
            echo files $(stat -c %a . $SECURE_COLLECTIVES_CERTIFICATE $SECURE_COLLECTIVES_KEY $SECURE_COLLECTIVES_CA)
            echo keys $(grep -l 'PRIVATE KEY' *)
            """);
        var (code, output, _) = await launch.ExitAsync();

        Assert.Equal(0, code);
        Assert.Contains($"[0] place 0 2 0 2 127.0.0.1 local {launch.Id}", output);
        Assert.Contains($"[1] place 1 2 1 2 127.0.0.1 local {launch.Id}", output);
        Assert.Contains("[1] files 700 600 600 600", output);
        // Only the workers' keys: the CA's key is never written.
        Assert.Contains("[0] keys rank-0.key rank-1.key", output);
        var runs = output.Where(line => line.Contains("] run ")).Select(line => line[4..]).ToArray();
        Assert.Equal(2, runs.Length);
        Assert.Single(runs.Distinct());
        Assert.Matches("^run [0-9a-f]{32} [0-9]+$", runs[0]);
    }

    /// <summary>The launcher's certificates have the default form, whatever form the user's other workers have.</summary>
    [Fact]
    public async Task Launch_IdentityMapInItsEnvironment_IsNotPassedToTheWorkers()
    {
        using var launch = ProgramProcess.Start(
            "secure-collectives",
            new Dictionary<string, string?>
            {
                ["XDG_RUNTIME_DIR"] = RuntimeDirectory.Path,
                ["SECURE_COLLECTIVES_IDENTITY_TEMPLATE"] = "spiffe://example.org/{job}/{rank}",
                ["SECURE_COLLECTIVES_IDENTITIES"] = "/no/such/list",
            },
            "launch", "--workers", "1", "--", "/bin/sh", "-c",
            "echo \"map<$SECURE_COLLECTIVES_IDENTITY_TEMPLATE$SECURE_COLLECTIVES_IDENTITIES>\"");
        var (code, output, _) = await launch.ExitAsync();

        Assert.Equal(0, code);
        Assert.Contains("[0] map<>", output);
    }

    [Fact]
    public async Task Launch_OneWorkerFails_OthersReportTheCulpritAndItsExitCodeIsReturned()
    {
        using var files = new TemporaryDirectory();
        // Rank 1 continues once the launcher has reaped rank 0: until then, the process can still be signalled.
        using var launch = Launch(2, """
            if [ $RANK = 0 ]; then while [ ! -p $1/pipe ]; do :; done; echo $$ >$1/pipe; exit 7; fi
            mkfifo $1/pipe; read peer <$1/pipe; while kill -0 $peer 2>/dev/null; do :; done; echo I blame rank 0 >&2; exit 5
            """, files.Path);
        var (code, _, error) = await launch.ExitAsync();

        Assert.Equal(7, code);
        Assert.Equal(["[1] I blame rank 0", "launch: rank 0 failed first: it ended with exit code 7."], error);
    }

    [Fact]
    public async Task Launch_WorkerKilledBySignal_NamesTheSignalAndEndsTheOthers()
    {
        using var launch = Launch(3, "if [ $RANK = 1 ]; then kill -9 $$; fi; exec sleep 600");
        var (code, _, error) = await launch.ExitAsync();

        Assert.Equal(128 + ProgramProcess.Sigkill, code);
        Assert.Equal(
            ["launch: rank 1 failed first: it ended with exit code 137 (signal 9, SIGKILL). The launcher then ended 2 workers."], error);
    }

    [Theory]
    [InlineData(ProgramProcess.Sigint)]
    [InlineData(ProgramProcess.Sigterm)]
    [InlineData(ProgramProcess.Sigquit)]
    public async Task Launch_Signalled_PassesTheSignalToAllWorkers(int signal)
    {
        Assert.SkipWhen(signal == ProgramProcess.Sigint && ProgramProcess.InterruptIsIgnored,
            "This process was started with SIGINT ignored, which its children inherit.");
        // The launcher passes SIGQUIT on as SIGTERM: SIGQUIT would make each worker dump its memory.
        var (passed, other) = signal == ProgramProcess.Sigint ? ("INT", "TERM") : ("TERM", "INT");
        using var launch = Launch(3, $"""
            trap 'echo wrong signal' {other}; trap 'echo caught; kill $! 2>/dev/null; exit 0' {passed}; sleep 600 & echo ready; wait
            """);
        await launch.LinesAsync(3, line => line.EndsWith("] ready", StringComparison.Ordinal));
        launch.Signal(signal);
        var (code, output, error) = await launch.ExitAsync();

        Assert.Equal(128 + signal, code);
        Assert.Equal(["[0] caught", "[1] caught", "[2] caught"],
            output.Where(line => line.EndsWith("caught", StringComparison.Ordinal)).Order());
        Assert.DoesNotContain(output, line => line.Contains("wrong", StringComparison.Ordinal));
        Assert.Equal(["launch: interrupted; ended 3 workers."], error);
    }

    [Theory]
    [InlineData("echo process $$; exec sleep 600")]
    [InlineData("trap '' INT; echo process $$; exec sleep 600")]
    public async Task Launch_LauncherKilled_OwnVerbsAndTheirChildrenEnd(string script)
    {
        // The worker runs the program's own verb launch, which ends its worker and removes both its own directory and the dead launcher's.
        using var launch = ProgramProcess.Start(
            "secure-collectives", RuntimeDirectory, "launch", "-n", "2", "--", "launch", "-n", "1", "--", "/bin/sh", "-c", script);
        var lines = await launch.LinesAsync(2, line => line.Contains(" process ", StringComparison.Ordinal));
        var workers = lines.Select(line => Process.GetProcessById(int.Parse(line.Split(' ')[^1]))).ToArray();
        var launchers = workers.Select(worker => Process.GetProcessById(ProcessTree.ParentOf(worker.Id)!.Value)).ToArray();
        launch.Signal(ProgramProcess.Sigkill);

        await EndedAsync(workers.Concat(launchers));
    }

    /// <summary>Covers workers that know nothing of the launcher, and their child processes.</summary>
    [Theory]
    [InlineData("sleep 600 & echo process $!; wait")]
    [InlineData("trap '' INT TERM; sleep 600 & echo process $!; wait")]
    public async Task Launch_LauncherKilled_ForeignWorkersEndAndTheirKeysAreRemoved(string script)
    {
        using var launch = Launch(2, script);
        var lines = await launch.LinesAsync(2, line => line.Contains(" process ", StringComparison.Ordinal));
        var guard = GuardOf(launch);
        var ids = lines.Select(line => int.Parse(line.Split(' ')[^1])).ToArray();
        var shells = ids.Select(id => ProcessTree.ParentOf(id)!.Value);
        Process[] processes = [.. ids.Concat(shells).Append(guard).Select(Process.GetProcessById)];
        launch.Signal(ProgramProcess.Sigkill);

        await EndedAsync(processes);
    }

    /// <summary>
    /// Signals the launcher's whole process group, as a batch system does. The guard must survive, because children of workers survive in
    /// sessions of their own.
    /// </summary>
    [Fact]
    public async Task Launch_ProcessGroupKilled_WorkersInOtherSessionsEndAndTheirKeysGo()
    {
        using var launch = ProgramProcess.Start("/usr/bin/setsid", RuntimeDirectory,
            Program, "launch", "-n", "2", "--", "/bin/sh", "-c", "setsid sleep 600 & echo process $!; wait");
        var lines = await launch.LinesAsync(2, line => line.Contains(" process ", StringComparison.Ordinal));
        Process[] processes =
            [.. lines.Select(line => int.Parse(line.Split(' ')[^1])).Append(GuardOf(launch)).Select(Process.GetProcessById)];
        launch.SignalGroup(ProgramProcess.Sigkill);

        await EndedAsync(processes);
    }

    /// <summary>The orphan's parent, a worker's subshell, has already exited, so the orphan is not a descendant of any worker.</summary>
    [Fact]
    public async Task Launch_LauncherKilled_OrphansOfWorkersEnd()
    {
        using var launch = Launch(1, "(sleep 600 & echo process $!); exec sleep 600");
        var line = Assert.Single(await launch.LinesAsync(1, line => line.Contains(" process ", StringComparison.Ordinal)));
        var orphan = int.Parse(line.Split(' ')[^1]);
        Assert.DoesNotContain(orphan, DescendantsOf(launch.Id));
        Process[] processes = [Process.GetProcessById(orphan), Process.GetProcessById(GuardOf(launch))];
        launch.Signal(ProgramProcess.Sigkill);

        await EndedAsync(processes);
    }

    /// <summary>The launcher died after starting a worker and before reporting it to the guard.</summary>
    [Fact]
    public async Task Guard_LauncherGoneBeforeItNamedAWorker_EndsTheWorker()
    {
        using var directory = LaunchDirectory.Create([("the test's place", RuntimeDirectory.Path)], Assert.Fail);
        var start = new ProcessStartInfo("/bin/sleep", ["600"]);
        start.Environment[LaunchVariables.LauncherDirectory] = directory.Path;
        using var worker = Process.Start(start)!;
        using var guard = Process.Start(
            new ProcessStartInfo(Program, [LaunchGuard.Verb, directory.Path])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        guard.StandardInput.Close();

        await EndedAsync([worker, guard]);
        Assert.False(Directory.Exists(directory.Path));
    }

    /// <summary>Waits for processes that must end. Because the guard is one of them, the test can check the directory afterwards.</summary>
    private static async Task EndedAsync(IEnumerable<Process> processes)
    {
        using var limit = new CancellationTokenSource(Limit);
        foreach (var process in processes)
        {
            await process.WaitForExitAsync(limit.Token);
            process.Dispose();
        }
    }

    private static int GuardOf(ProgramProcess launch) =>
        DescendantsOf(launch.Id).Single(id => CommandLineOf(id).Contains(LaunchGuard.Verb));

    private static IEnumerable<int> DescendantsOf(int process) =>
        ProcessTree.DescendantsOf([process], ProcessTree.Snapshot()).Select(static descendant => descendant.Id);

    private static string[] CommandLineOf(int process) => File.ReadAllText($"/proc/{process}/cmdline").Split('\0');

    [Fact]
    public async Task Launch_ManyLongLines_AreNeverInterleaved()
    {
        using var launch = Launch(4, "i=0; while [ $i -lt 500 ]; do printf '%s%0200d%s\\n' $RANK 0 $RANK; i=$((i+1)); done");
        var (code, output, _) = await launch.ExitAsync();

        Assert.Equal(0, code);
        Assert.Equal(2000, output.Length);
        var zeros = new string('0', 200);
        Assert.All(output, line => Assert.Equal($"[{line[1]}] {line[1]}{zeros}{line[1]}", line));
    }

    private ProgramProcess Launch(int workers, string script, params string[] arguments) => ProgramProcess.Start(
        "secure-collectives", RuntimeDirectory, ["launch", "--workers", $"{workers}", "--", "/bin/sh", "-c", script, "sh", .. arguments]);
}
