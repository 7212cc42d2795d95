using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>
/// The cases of a rank that others report to. The first report of a communicator opens a case; when it is decided, later reports of that communicator get the same verdict. Without I/O;
/// time is an argument; not thread-safe.
/// </summary>
/// <param name="rank">This rank.</param>
/// <param name="worldSize">Ranks.</param>
internal sealed class Arbiter(int rank, int worldSize)
{
    /// <summary>Cases at a time; more communicators than a job opens.</summary>
    public const int MaxCases = 256;

    /// <summary>How long a verdict is kept for those who report later: longer than a loop waits for it, however late it gave up.</summary>
    public static readonly TimeSpan VerdictValidity = TimeSpan.FromSeconds(30);

    private readonly List<FaultCase> _cases = [];
    private readonly List<(CommunicatorInstance Instance, Verdict? Verdict, TimeSpan Until)> _closed = [];

    /// <summary>When something is due without anybody's word; null where nothing is.</summary>
    public TimeSpan? Due => _cases.Count == 0 ? null : _cases.Min(open => open.Deadline);

    /// <summary>A rank reports.</summary>
    /// <param name="reporter">Who.</param>
    /// <param name="instance">Of which communicator.</param>
    /// <param name="report">What.</param>
    /// <param name="isOpenHere">Whether this rank has that communicator open: others have no case.</param>
    /// <param name="now">The time.</param>
    /// <param name="verdict">The verdict that is known already.</param>
    /// <returns>A new case, whose ranks are to be asked; null where there is none.</returns>
    public FaultCase? Report(int reporter, CommunicatorInstance instance, FaultReport report, bool isOpenHere, TimeSpan now, out Verdict? verdict)
    {
        _closed.RemoveAll(old => old.Until <= now);
        verdict = null;
        if (Find(instance) is { } open)
        {
            open.Report(reporter, report);
            return null;
        }

        foreach (var old in _closed)
        {
            if (old.Instance.Matches(instance) && (!isOpenHere || instance.Number != 0))
            {
                verdict = old.Verdict;
                return null;
            }
        }

        if (!isOpenHere || _cases.Count >= MaxCases)
        {
            return null;
        }

        var opened = new FaultCase(instance, rank, worldSize, now);
        opened.Report(reporter, report);
        _cases.Add(opened);
        return opened;
    }

    /// <summary>A rank answers what it waits for.</summary>
    public void Answer(int from, CommunicatorInstance instance, LoopWait? wait) => Find(instance)?.Answer(from, wait);

    /// <summary>Something was found out about a rank, for one case.</summary>
    public void Found(CommunicatorInstance instance, int about, Presence presence) => Find(instance)?.Found(about, presence);

    /// <summary>Cases in which a rank still has to answer.</summary>
    public CommunicatorInstance[] Awaiting(int about) => [.. _cases.Where(open => open.Awaits(about)).Select(open => open.Instance)];

    /// <summary>Decides what is due.</summary>
    /// <returns>Verdicts, to be told to all.</returns>
    public (CommunicatorInstance Instance, Verdict Verdict)[] Decide(TimeSpan now)
    {
        var verdicts = new List<(CommunicatorInstance, Verdict)>();
        foreach (var open in _cases.Where(open => open.IsDue(now)).ToArray())
        {
            _cases.Remove(open);
            var verdict = open.Decide();
            if (_closed.Count >= MaxCases)
            {
                _closed.RemoveAt(0);
            }

            _closed.Add((open.Instance, verdict, now + VerdictValidity));
            if (verdict is not null)
            {
                verdicts.Add((open.Instance, verdict));
            }
        }

        return [.. verdicts];
    }

    private FaultCase? Find(CommunicatorInstance instance) => _cases.Find(open => open.Instance.Matches(instance));
}
