using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// A process beside the launcher that cleans up when the launcher is killed: it terminates the workers and removes their keys. Its
/// standard input is a pipe that the launcher alone holds. A line of it names a worker; its end without <see cref="Done"/> says that the
/// launcher is gone. PR_SET_PDEATHSIG would remove no keys, and is bound to a thread rather than a process.
/// </summary>
internal sealed class LaunchGuard : IDisposable
{
    /// <summary>The hidden verb.</summary>
    public const string Verb = "launch-guard";

    private const string Done = "done";

    /// <summary>Between SIGTERM and SIGKILL, as from a launcher that lives.</summary>
    private static readonly TimeSpan Grace = new LaunchGrace().AfterTerminate;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(0.05);

    private readonly Process _process;

    private LaunchGuard(Process process) => _process = process;

    public int Id => _process.Id;

    public static Command CreateVerb()
    {
        var directory = new Argument<string>("directory");
        var command = new Command(Verb) { directory };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var input = Console.OpenStandardInput();
            using var reader = new StreamReader(input);
            Stand(reader, parsed.GetValue(directory)!);
            return ExitCode.Success;
        });
        return command;
    }

    /// <param name="own">This program.</param>
    /// <param name="directory">The workers' keys.</param>
    /// <exception cref="CommandFailureException">The system starts no further process.</exception>
    public static LaunchGuard Start(WorkerCommand own, string directory)
    {
        var start = new ProcessStartInfo(own.FileName, [.. own.Arguments, Verb, directory])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            // It has nothing to say, and must not keep the launcher's own output open.
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Where the launcher is itself a worker, the guard must not end with the launcher above it.
        start.Environment.Remove(LaunchVariables.LauncherProcessId);
        try
        {
            return new LaunchGuard(Process.Start(start) ?? throw new UnreachableException());
        }
        catch (Win32Exception e)
        {
            throw new CommandFailureException(ExitCode.Usage, $"cannot run '{own.FileName}': {StartFailure.Describe(e)}");
        }
    }

    public void Watch(int worker) => Tell(worker.ToString(CultureInfo.InvariantCulture));

    /// <summary>Lets it go: the workers have ended, and the launcher removes their keys itself.</summary>
    public void Dispose()
    {
        Tell(Done);
        _process.Dispose();
    }

    /// <summary>
    /// Reads until the launcher is done or gone. A terminal's Ctrl-C reaches this process, too, and cancels a token that nobody looks at:
    /// it is for the launcher to decide what that means.
    /// </summary>
    private static void Stand(TextReader launcher, string directory)
    {
        var workers = new List<ProcessIdentity>();
        while (launcher.ReadLine() is { } line)
        {
            if (line == Done)
            {
                return;
            }

            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && ProcessIdentity.Of(id) is { } worker)
            {
                workers.Add(worker);
            }
        }

        LaunchDirectory.RemoveAbandoned(directory);
        End(workers);
    }

    private static void End(List<ProcessIdentity> workers)
    {
        ProcessIdentity[] all = [.. workers.Where(worker => worker.Exists()).SelectMany(worker => ProcessTree.Of(worker.Id))
            .Select(ProcessIdentity.Of).OfType<ProcessIdentity>()];
        Signal(all, PosixProcess.Terminate);
        var began = Stopwatch.GetTimestamp();
        while (all.Any(process => process.Exists()) && Stopwatch.GetElapsedTime(began) < Grace)
        {
            Thread.Sleep(PollInterval);
        }

        Signal(all, PosixProcess.Kill);
    }

    private static void Signal(IEnumerable<ProcessIdentity> processes, Action<int> signal)
    {
        foreach (var process in processes.Where(process => process.Exists()))
        {
            signal(process.Id);
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
            // Somebody has killed it. The launcher still cleans up after every other end than its own sudden one.
        }
    }
}
