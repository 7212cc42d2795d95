using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// A process alongside the launcher that cleans up if the launcher is killed: it terminates the workers and removes their keys. Its
/// standard input is a pipe held only by the launcher: each line names a worker, and end of file without <see cref="Done"/> means that the
/// launcher is gone. PR_SET_PDEATHSIG would not remove any keys, and is bound to a thread rather than a process.
/// </summary>
/// <remarks>
/// The guard has its own session, so a signal to the launcher's process group (<c>kill -9 -PGID</c>, Ctrl-C on a terminal) leaves it alive
/// to clean up. If the launcher died between starting a worker and naming it, <see cref="LaunchedProcesses"/> finds the worker.
/// </remarks>
internal sealed class LaunchGuard : IDisposable
{
    /// <summary>The hidden verb.</summary>
    public const string Verb = "launch-guard";

    private const string Ready = "ready";
    private const string Done = "done";

    /// <summary>Only bounds a hang: the guard is ready as soon as its runtime has started.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    /// <summary>The time between SIGTERM and SIGKILL, the same as a living launcher would allow.</summary>
    private static readonly TimeSpan Grace = new LaunchGrace().AfterTerminate;

    /// <summary>
    /// The time allowed for a worker forked just before the launcher died to execute its program. Until then it does not carry the
    /// launch's mark.
    /// </summary>
    private static readonly TimeSpan ForkTime = TimeSpan.FromSeconds(0.1);

    private readonly Process _process;

    private LaunchGuard(Process process) => _process = process;

    public int Id => _process.Id;

    public static Command CreateVerb()
    {
        var directory = new Argument<string>("directory");
        var command = new Command(Verb) { directory };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            using var input = Console.OpenStandardInput();
            using var reader = new StreamReader(input);
            PosixProcess.LeaveProcessGroup();
            await parsed.InvocationConfiguration.Output.WriteLineAsync(Ready).ConfigureAwait(false);
            await StandAsync(reader, parsed.GetValue(directory)!).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Starts the guard and waits until signals to the launcher's process group no longer reach it.</summary>
    /// <param name="own">The command of this program.</param>
    /// <param name="directory">The directory with the workers' keys.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="CommandFailureException">The process did not start.</exception>
    public static async Task<LaunchGuard> StartAsync(WorkerCommand own, string directory, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(own.FileName, [.. own.Arguments, Verb, directory])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            // The guard must not keep the launcher's own output open.
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // If the launcher is itself a worker, the guard must not end with the launcher above it.
        start.Environment.Remove(LaunchVariables.LauncherProcessId);
        start.Environment.Remove(LaunchVariables.LauncherDirectory);
        Process process;
        try
        {
            process = Process.Start(start) ?? throw new UnreachableException();
        }
        catch (Win32Exception e)
        {
            throw new CommandFailureException(ExitCode.Usage, $"cannot run '{own.FileName}': {StartFailure.Describe(e)}");
        }

        var guard = new LaunchGuard(process);
        try
        {
            await guard.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
            return guard;
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Tells the guard about a worker.</summary>
    public void Watch(ProcessIdentity worker) => Tell(string.Create(CultureInfo.InvariantCulture, $"{worker.Id} {worker.StartTime}"));

    /// <summary>Dismisses the guard: the workers have ended, and the launcher removes their keys itself.</summary>
    public void Dispose()
    {
        Tell(Done);
        _process.Dispose();
    }

    /// <summary>
    /// Reads until the launcher is done or gone. Ignores SIGTERM, which only cancels a token that nothing here observes: the launcher
    /// decides when the guard ends.
    /// </summary>
    private static async Task StandAsync(TextReader launcher, string directory)
    {
        var processes = new LaunchedProcesses(directory);
        while (await launcher.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line == Done)
            {
                return;
            }

            if (line.Split(' ') is [var text, var startTime]
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                processes.Add(new ProcessIdentity(id, startTime));
            }
        }

        LaunchDirectory.RemoveAbandoned(directory);
        await Task.Delay(ForkTime).ConfigureAwait(false);
        await processes.EndAsync(Grace).ConfigureAwait(false);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyLimit);
        try
        {
            if (await _process.StandardOutput.ReadLineAsync(limit.Token).ConfigureAwait(false) != Ready)
            {
                var reason = await _process.StandardError.ReadLineAsync(limit.Token).ConfigureAwait(false);
                throw new CommandFailureException(ExitCode.Failed,
                    $"the launcher's clean-up process failed to start: {reason ?? "it gave no reason"}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailureException(ExitCode.Failed,
                $"the launcher's clean-up process did not start within {ReadyLimit.TotalSeconds:0} s. "
                    + "Check the load on this machine.");
        }
    }

    private void Tell(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The guard was killed. The launcher still cleans up, unless it is killed too.
        }
    }
}
