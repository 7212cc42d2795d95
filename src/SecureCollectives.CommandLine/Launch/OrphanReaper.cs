namespace SecureCollectives.CommandLine.Launch;

/// <summary>
/// Buries the orphans that the kernel gives to process 1 of a container, which a launcher can be: processes whose own parent, such as a
/// worker's shell, has ended before them. .NET reaps its own children at once and no others, so what has been dead in two looks that are
/// seconds apart is an orphan.
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
        _timer = new Timer(_ => Look(), state: null, Interval, Interval);
    }

    /// <param name="own">Children that somebody else waits for.</param>
    /// <returns>Null where this process is not process 1, and another one is given the orphans.</returns>
    public static OrphanReaper? StartIfInit(IReadOnlyCollection<int> own) =>
        Environment.ProcessId == Init ? new OrphanReaper(own) : null;

    public void Dispose()
    {
        _timer.Dispose();
        // A look that has begun ends before the children's owner lets go of them.
        lock (_gate)
        {
            _dead = [];
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            HashSet<ProcessIdentity> dead =
            [
                .. ProcessTree.ChildrenOf(Init).Where(id => !_own.Contains(id)).Select(ProcessIdentity.Of).OfType<ProcessIdentity>()
                    .Where(static process => !process.Exists()),
            ];
            foreach (var process in dead.Where(_dead.Contains))
            {
                PosixProcess.Reap(process.Id);
            }

            _dead = dead;
        }
    }
}
