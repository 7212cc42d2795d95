using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>
/// The cases of a rank that others report to. The first report of a communicator opens a case; when it is decided, later reports of that
/// communicator get the same verdict. Without I/O; time is an argument; not thread-safe.
/// </summary>
/// <param name="rank">This rank.</param>
/// <param name="worldSize">Ranks.</param>
internal sealed class Arbiter(int rank, int worldSize)
{
    /// <summary>Cases at a time; more communicators than a job opens.</summary>
    public const int MaxCases = 256;

    /// <summary>How long a verdict is kept for those who report later: longer than a loop waits for it, however late it gave up.</summary>
    public static readonly TimeSpan VerdictValidity = TimeSpan.FromSeconds(30);

    /// <summary>Everybody answers an inquiry: a communicator gets one in so long, whoever stalls in it.</summary>
    public static readonly TimeSpan InquiryInterval = TimeSpan.FromSeconds(1);

    private readonly List<FaultCase> _cases = [];
    private ulong _lastNumber;
    private readonly List<(CommunicatorInstance Instance, Verdict? Verdict, TimeSpan Until)> _closed = [];
    private readonly List<(CommunicatorInstance Instance, TimeSpan Until)> _inquired = [];

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
    public FaultCase? Report(int reporter, CommunicatorInstance instance, FaultReport report, bool isOpenHere, TimeSpan now,
        out Verdict? verdict)
    {
        _closed.RemoveAll(old => old.Until <= now);
        verdict = null;
        if (Find(instance) is { IsInquiry: false } open)
        {
            open.Report(reporter, report);
            return null;
        }

        foreach (var old in _closed)
        {
            if (old.Instance == instance)
            {
                verdict = old.Verdict;
                return null;
            }
        }

        // What was answered before this failure says nothing about it.
        _cases.RemoveAll(inquiry => inquiry.Instance.Matches(instance));
        var opened = isOpenHere ? Open(instance, now) : null;
        opened?.Report(reporter, report);
        return opened;
    }

    /// <summary>A rank's operation has stalled.</summary>
    /// <param name="from">Who says so.</param>
    /// <param name="instance">Of which communicator.</param>
    /// <param name="wait">What it waits for.</param>
    /// <param name="now">The time.</param>
    /// <returns>An inquiry, whose ranks are to be asked; null where there is none, or a case already.</returns>
    public FaultCase? Stalled(int from, CommunicatorInstance instance, LoopWait? wait, TimeSpan now)
    {
        _inquired.RemoveAll(old => old.Until <= now);
        if (Find(instance) is not null || _closed.Exists(old => old.Instance == instance)
            || _inquired.Exists(old => old.Instance.Id == instance.Id))
        {
            return null;
        }

        var opened = Open(instance, now);
        if (opened is not null)
        {
            opened.Answer(from, wait);
            _inquired.Add((instance, now + InquiryInterval));
        }

        return opened;
    }

    /// <summary>A rank answers what it waits for.</summary>
    public void Answer(int from, CommunicatorInstance instance, ulong number, LoopWait? wait)
    {
        if (Find(instance) is { } open && open.Number == number)
        {
            open.Answer(from, wait);
        }
    }

    /// <summary>A higher arbiter has answers of ranks.</summary>
    public void Vouch(CommunicatorInstance instance, IEnumerable<int> ranks)
    {
        var open = Find(instance);
        foreach (var present in ranks)
        {
            open?.Vouch(present);
        }
    }

    /// <summary>Whether a rank was asked, and this would be its answer.</summary>
    public bool Awaits(int from, CommunicatorInstance instance, ulong number) =>
        Find(instance) is { } open && open.Number == number && open.Awaits(from);

    /// <summary>Cases in which a rank still has to answer.</summary>
    public FaultCase[] Awaiting(int about) => [.. _cases.Where(open => open.Awaits(about))];

    /// <summary>Decides what is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="left">Cases that a lower rank decides, which is to be told who has answered.</param>
    /// <returns>Verdicts, to be told to all.</returns>
    public (CommunicatorInstance Instance, Verdict Verdict)[] Decide(TimeSpan now, out FaultCase[] left)
    {
        var verdicts = new List<(CommunicatorInstance, Verdict)>();
        var others = new List<FaultCase>();
        foreach (var open in _cases.Where(open => open.IsDue(now)).ToArray())
        {
            _cases.Remove(open);
            var verdict = open.Decide();
            if (verdict is null && open.IsInquiry)
            {
                continue;
            }

            if (_closed.Count >= MaxCases)
            {
                _closed.RemoveAt(0);
            }

            _closed.Add((open.Instance, verdict, now + VerdictValidity));
            if (verdict is not null)
            {
                verdicts.Add((open.Instance, verdict));
            }
            else
            {
                others.Add(open);
            }
        }

        left = [.. others];
        return [.. verdicts];
    }

    private FaultCase? Open(CommunicatorInstance instance, TimeSpan now)
    {
        if (_cases.Count >= MaxCases)
        {
            return null;
        }

        var opened = new FaultCase(instance, rank, worldSize, now) { Number = ++_lastNumber };
        _cases.Add(opened);
        return opened;
    }

    private FaultCase? Find(CommunicatorInstance instance) => _cases.Find(open => open.Instance.Matches(instance));
}
