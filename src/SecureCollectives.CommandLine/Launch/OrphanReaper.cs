namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Reaps orphans if the launcher is process 1 in a container. The kernel makes process 1 the parent of every process whose own parent, such
/// as a worker's shell, has ended. .NET immediately reaps the children that it started and no others, so a child that is dead in two scans
/// some seconds apart is an orphan.
/// </summary>
internal sealed class OrphanReaper : IDisposable
{
    private const int Init = 1;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyCollection<int> _own;
    private readonly Timer _timer;
    private readonly Lock _gate = new();
    private HashSet<ProcessIdentity> _dead = [];

    private OrphanReaper(IReadOnlyCollection<int> own)
    {
        _own = own;
        _timer = new Timer(_ => Scan(), state: null, Interval, Interval);
    }

    /// <param name="own">The process ids of the children that .NET reaps.</param>
    /// <returns>Null if this process is not process 1, in which case another process gets the orphans.</returns>
    public static OrphanReaper? StartIfInit(IReadOnlyCollection<int> own) =>
        Environment.ProcessId == Init ? new OrphanReaper(own) : null;

    public void Dispose()
    {
        _timer.Dispose();
        // Wait for a scan in progress to end before the owner of the children disposes of them.
        lock (_gate)
        {
            _dead = [];
        }
    }

    private void Scan()
    {
        lock (_gate)
        {
            HashSet<ProcessIdentity> dead =
            [
                .. ProcessTree.ChildrenOf(Init).Where(child => !_own.Contains(child.Id) && !child.Exists()),
            ];
            foreach (var process in dead.Where(_dead.Contains))
            {
                PosixProcess.Reap(process.Id);
            }

            _dead = dead;
        }
    }
}
