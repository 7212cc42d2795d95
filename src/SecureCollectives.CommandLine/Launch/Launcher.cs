using System.Globalization;
using System.Security.Cryptography;
using SecureCollectives.Launchers;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Starts the workers of a job on this machine. No worker, and no file of the launch, outlives the launcher.
/// </summary>
internal sealed class Launcher(LaunchOptions options, IWorkerCertificates certificates, IWorkerOutput output, TextWriter error)
{
    private const int RunIdBytes = 16;

    /// <summary>Runs until all workers have ended.</summary>
    /// <returns>0, or the exit code of the worker that failed first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; all workers have been ended.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        LaunchDescriptors.Require(options.Workers);
        using var directory = LaunchDirectory.Create(notice => error.WriteLine($"{options.Name}: {notice}"));
        // Before the first key is written: from here on nothing is left behind, however this process ends.
        using var guard = options.Guard is { } command
            ? await LaunchGuard.StartAsync(command, directory.Path, cancellationToken).ConfigureAwait(false)
            : null;
        var processes = new LaunchedProcesses(directory.Path);
        var workers = new List<WorkerProcess>(options.Workers);
        // Environment.Exit skips every 'finally'. A nested launcher ends that way when the outer one was killed and its own workers are
        // slow to end.
        EventHandler endAtOnce = (_, _) => Abandon(workers, processes, directory);
        AppDomain.CurrentDomain.ProcessExit += endAtOnce;
        try
        {
            StartAll(workers, processes, directory, guard);
            int[] own = [.. workers.Select(worker => worker.Id), .. guard is null ? Array.Empty<int>() : [guard.Id]];
            using var reaper = OrphanReaper.StartIfInit(own);
            var code = await SuperviseAsync(workers, cancellationToken).ConfigureAwait(false);
            if (code == ExitCode.Success)
            {
                await EndLeftoversAsync(processes, cancellationToken).ConfigureAwait(false);
            }

            return code;
        }
        finally
        {
            // Before the directory goes, and also when a later worker could not be started.
            foreach (var worker in workers)
            {
                worker.Dispose();
            }

            await processes.EndAsync(options.Grace.AfterTerminate).ConfigureAwait(false);
            AppDomain.CurrentDomain.ProcessExit -= endAtOnce;
        }
    }

    private static void Abandon(List<WorkerProcess> workers, LaunchedProcesses processes, LaunchDirectory directory)
    {
        foreach (var worker in workers)
        {
            worker.Kill();
        }

        processes.Kill();
        directory.Dispose();
    }

    /// <summary>Ends processes that successful workers left behind, once they have had time to end by themselves.</summary>
    private async Task EndLeftoversAsync(LaunchedProcesses processes, CancellationToken cancellationToken)
    {
        if (!await processes.EndWithinAsync(options.Grace.AfterExit, cancellationToken).ConfigureAwait(false)
            && await processes.EndAsync(options.Grace.AfterTerminate).ConfigureAwait(false) is var left and > 0)
        {
            error.WriteLine(
                $"{options.Name}: ended {(left == 1 ? "1 process" : $"{left} processes")} that workers had left behind.");
        }
    }

    private void StartAll(List<WorkerProcess> workers, LaunchedProcesses processes, LaunchDirectory directory, LaunchGuard? guard)
    {
        var files = certificates.Issue(options.Job, options.Workers, directory.Path);
        var runId = RandomNumberGenerator.GetHexString(2 * RunIdBytes, lowercase: true);
        for (var rank = 0; rank < options.Workers; rank++)
        {
            var environment = EnvironmentOf(rank, runId, files[rank], directory);
            workers.Add(WorkerProcess.Start(rank, options.Command, environment, output, options.Grace.AfterExit));
            if (ProcessIdentity.Of(workers[^1].Id) is { } worker)
            {
                processes.Add(worker);
                guard?.Watch(worker);
            }
        }
    }

    private async Task<int> SuperviseAsync(List<WorkerProcess> workers, CancellationToken cancellationToken)
    {
        var all = Task.WhenAll(workers.Select(worker => worker.Exit));
        int unattended;
        DateTime endingBegan;
        try
        {
            if (!await AnyFailureAsync(workers, cancellationToken).ConfigureAwait(false))
            {
                return ExitCode.Success;
            }

            await EndsWithinAsync(all, options.Grace.AfterFailure, cancellationToken).ConfigureAwait(false);
            endingBegan = DateTime.UtcNow;
            unattended = await EndAsync(workers, all, EndCause.Terminate).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            var cause = options.Cause();
            unattended = await EndAsync(workers, all, cause).ConfigureAwait(false);
            if (cause != EndCause.OutputLost)
            {
                error.WriteLine($"{options.Name}: interrupted; ended {Count(unattended)}.");
            }

            throw;
        }

        var first = FirstFailure.Of(await all.ConfigureAwait(false), endingBegan);
        error.WriteLine($"{options.Name}: rank {first.Rank} failed first: it {first.Describe()}."
            + (unattended > 0 ? $" The launcher then ended {Count(unattended)}." : ""));
        return first.Code;
    }

    private static async Task<bool> AnyFailureAsync(List<WorkerProcess> workers, CancellationToken cancellationToken)
    {
        await foreach (var exit in Task.WhenEach(workers.Select(worker => worker.Exit)).WithCancellation(cancellationToken)
            .ConfigureAwait(false))
        {
            if ((await exit.ConfigureAwait(false)).IsFailure)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Ends the workers that still run. After Ctrl-C they get SIGINT first. After anything else they get SIGTERM, because processes that a
    /// script starts in the background ignore SIGINT, and so do their children. Workers that still run after that are killed.
    /// </summary>
    /// <returns>The number of workers that were still running.</returns>
    private async Task<int> EndAsync(List<WorkerProcess> workers, Task all, EndCause cause)
    {
        var running = workers.Where(worker => !worker.Exit.IsCompleted).ToList();
        (Action End, TimeSpan Limit)[] stages =
        [
            .. cause == EndCause.Interrupt
                ? [(() => WorkerProcess.Signal(running, PosixProcess.Interrupt), options.Grace.AfterInterrupt)]
                : Array.Empty<(Action, TimeSpan)>(),
            (() => WorkerProcess.Signal(running, PosixProcess.Terminate), options.Grace.AfterTerminate),
            (() => running.ForEach(static worker => worker.Kill()), Timeout.InfiniteTimeSpan),
        ];
        foreach (var (end, limit) in stages)
        {
            end();
            if (await EndsWithinAsync(all, limit, CancellationToken.None).ConfigureAwait(false))
            {
                break;
            }
        }

        return running.Count;
    }

    private static async Task<bool> EndsWithinAsync(Task all, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await all.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private Dictionary<string, string> EnvironmentOf(int rank, string runId, WorkerFiles files, LaunchDirectory directory) =>
        new(options.Variables)
        {
            [PlaceVariables.Rank] = Invariant(rank),
            [PlaceVariables.WorldSize] = Invariant(options.Workers),
            [PlaceVariables.LocalRank] = Invariant(rank),
            [PlaceVariables.LocalWorldSize] = Invariant(options.Workers),
            [PlaceVariables.MasterAddress] = "127.0.0.1",
            [PlaceVariables.MasterPort] = Invariant(options.Port),
            [PlaceVariables.OwnRank] = Invariant(rank),
            [PlaceVariables.OwnWorldSize] = Invariant(options.Workers),
            [PlaceVariables.OwnLocalRank] = Invariant(rank),
            [PlaceVariables.OwnLocalWorldSize] = Invariant(options.Workers),
            [PlaceVariables.OwnMasterAddress] = "127.0.0.1",
            [PlaceVariables.OwnMasterPort] = Invariant(options.Port),
            [LaunchVariables.Job] = options.Job,
            [PlaceVariables.RunId] = runId,
            [LaunchVariables.Certificate] = files.Certificate,
            [LaunchVariables.Key] = files.Key,
            [LaunchVariables.CertificateAuthority] = files.CertificateAuthority,
            [LaunchVariables.IdentityTemplate] = string.Empty,
            [LaunchVariables.Identities] = string.Empty,
            [LaunchVariables.LauncherProcessId] = Invariant(Environment.ProcessId),
            [LaunchVariables.LauncherDirectory] = directory.Path,
        };

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Count(int workers) => workers == 1 ? "1 worker" : $"{workers} workers";
}
