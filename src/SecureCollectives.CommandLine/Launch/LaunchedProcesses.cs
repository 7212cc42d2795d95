using System.Diagnostics;
using System.Text;

namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// The processes of one launch, wherever they are in the process tree. Every process inherits the path of the launch's directory in its
/// environment, which /proc shows, so a process is found even if its parent, such as a worker's shell, has ended. A process whose
/// environment is unreadable (because it belongs to another user or refuses to be traced) is found only while a known worker is among its
/// ancestors.
/// </summary>
internal sealed class LaunchedProcesses
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(0.05);

    private readonly HashSet<ProcessIdentity> _known = [];
    private readonly byte[] _mark;

    /// <param name="directory">The launch's directory. Its name is random, so the path marks only this launch.</param>
    public LaunchedProcesses(string directory) => _mark = Encoding.UTF8.GetBytes($"{LaunchVariables.LauncherDirectory}={directory}\0");

    public void Add(ProcessIdentity worker) => _known.Add(worker);

    /// <summary>Finds the processes that are running now. Descendants of a known worker are remembered as known.</summary>
    public LaunchedSearch Find()
    {
        var all = ProcessTree.Snapshot();
        // A known process that is still running had the same id when the snapshot was taken, so the children listed under it are its own.
        _known.RemoveWhere(static process => !process.Exists());
        _known.UnionWith(ProcessTree.DescendantsOf(_known.Select(static process => process.Id), all));
        var marks = all.Where(entry => entry.HasMemory && !_known.Contains(entry.Process))
            .ToLookup(entry => ProcessMarks.Read(entry.Process.Id, _mark), static entry => entry.Process);
        // Check for existence after reading the environment, to be sure that it was this process's.
        return new LaunchedSearch([.. _known.Concat(marks[ProcessMark.Present]).Where(static process => process.Exists())],
            IsComplete: !marks.Contains(ProcessMark.Unknown));
    }

    /// <summary>Waits until no process is left running.</summary>
    /// <param name="limit">The time limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether all processes ended in time.</returns>
    public async Task<bool> EndWithinAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        for (var searches = new EmptySearches(); !searches.ProveNoneLeft(Find());)
        {
            if (Stopwatch.GetElapsedTime(began) >= limit)
            {
                return false;
            }

            await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Terminates all processes, including any started meanwhile, and kills those still running after the grace period.</summary>
    /// <param name="grace">The time between SIGTERM and SIGKILL, and the longest wait after SIGKILL.</param>
    /// <returns>The number of processes signalled.</returns>
    public async Task<int> EndAsync(TimeSpan grace)
    {
        HashSet<ProcessIdentity> signalled = [];
        var searches = new EmptySearches();
        var began = Stopwatch.GetTimestamp();
        while (Find() is var found && !searches.ProveNoneLeft(found) && Stopwatch.GetElapsedTime(began) is var elapsed
            && elapsed < 2 * grace)
        {
            foreach (var process in found.Running)
            {
                var isNew = signalled.Add(process);
                // The id may have passed to another process since the search.
                if (!process.Exists())
                {
                    continue;
                }

                if (elapsed >= grace)
                {
                    PosixProcess.Kill(process.Id);
                }
                else if (isNew)
                {
                    PosixProcess.Terminate(process.Id);
                }
            }

            await Task.Delay(PollInterval).ConfigureAwait(false);
        }

        return signalled.Count;
    }

    /// <summary>Kills all processes immediately.</summary>
    public void Kill()
    {
        var searches = new EmptySearches();
        for (var search = 0; search < EmptySearches.Most && Find() is var found && !searches.ProveNoneLeft(found); search++)
        {
            foreach (var process in found.Running.Where(static process => process.Exists()))
            {
                PosixProcess.Kill(process.Id);
            }
        }
    }
}
