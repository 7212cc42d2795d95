using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>
/// The cases of a rank to which others report. The first report about a communicator opens a case; once the case is decided, later reports
/// about that communicator get the same verdict. Sans-I/O; time is passed in. Not thread-safe.
/// </summary>
/// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
/// <param name="worldSize">The number of ranks in the job.</param>
internal sealed class Arbiter(int rank, int worldSize)
{
    /// <summary>The maximum number of open cases, which is more than the number of communicators that a job opens.</summary>
    public const int MaxCases = 256;

    /// <summary>
    /// How long a verdict is kept for ranks that report late. This is longer than a loop waits for a verdict, however late the loop
    /// failed.
    /// </summary>
    public static readonly TimeSpan VerdictValidity = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The minimum time between two inquiries about a communicator. Every rank answers each inquiry, so the rate of inquiries is limited,
    /// however many ranks stall.
    /// </summary>
    public static readonly TimeSpan InquiryInterval = TimeSpan.FromSeconds(1);

    private readonly List<FaultCase> _cases = [];
    private ulong _lastNumber;
    private readonly List<(CommunicatorInstance Instance, Verdict? Verdict, TimeSpan Until)> _closed = [];
    private readonly List<(CommunicatorInstance Instance, TimeSpan Until)> _inquired = [];

    /// <summary>The time at which the next case must be decided even if no more messages arrive; null if there is no case.</summary>
    public TimeSpan? Due => _cases.Count == 0 ? null : _cases.Min(open => open.Deadline);

    /// <summary>Handles a rank's report of a failure.</summary>
    /// <param name="reporter">The rank that sent the report; it may be this one.</param>
    /// <param name="instance">The instance of the communicator that failed.</param>
    /// <param name="report">What the reporter observed. A case uses only the first report from each rank.</param>
    /// <param name="isOpenHere">Whether this rank has that communicator open; otherwise it opens no case.</param>
    /// <param name="now">The current time, on any monotonic clock.</param>
    /// <param name="verdict">The verdict, if one has already been reached; otherwise null.</param>
    /// <returns>A new case, whose ranks the caller must ask; null if none was opened.</returns>
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

        // The answers to an inquiry that preceded this failure say nothing about it.
        _cases.RemoveAll(inquiry => inquiry.Instance.Matches(instance));
        var opened = isOpenHere ? Open(instance, now) : null;
        opened?.Report(reporter, report);
        return opened;
    }

    /// <summary>Handles a rank's message that its operation has stalled.</summary>
    /// <param name="from">The rank whose operation has stalled.</param>
    /// <param name="instance">The instance of the communicator to which the operation belongs.</param>
    /// <param name="wait">What that rank is waiting for; null if it does not have this communicator open.</param>
    /// <param name="now">The current time, on any monotonic clock.</param>
    /// <returns>An inquiry, whose ranks the caller must ask; null if none is due or a case is already open.</returns>
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

    /// <summary>Records a rank's answer, which says what it is waiting for.</summary>
    public void Answer(int from, CommunicatorInstance instance, ulong number, LoopWait? wait)
    {
        if (Find(instance) is { } open && open.Number == number)
        {
            open.Answer(from, wait);
        }
    }

    /// <summary>Records the ranks that have answered an arbiter of higher rank.</summary>
    public void Vouch(CommunicatorInstance instance, IEnumerable<int> ranks)
    {
        var open = Find(instance);
        foreach (var present in ranks)
        {
            open?.Vouch(present);
        }
    }

    /// <summary>Returns whether the case with this number still awaits this rank's answer.</summary>
    public bool Awaits(int from, CommunicatorInstance instance, ulong number) =>
        Find(instance) is { } open && open.Number == number && open.Awaits(from);

    /// <summary>Returns the cases that still await a rank's answer.</summary>
    public FaultCase[] Awaiting(int about) => [.. _cases.Where(open => open.Awaits(about))];

    /// <summary>Decides the cases that are due.</summary>
    /// <param name="now">The current time, on any monotonic clock.</param>
    /// <param name="left">Cases left to a lower rank to decide; the caller must tell that rank which ranks have answered.</param>
    /// <returns>Verdicts, which the caller must send to all ranks.</returns>
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
