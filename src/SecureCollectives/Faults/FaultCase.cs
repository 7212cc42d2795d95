namespace SecureCollectives.Faults;

/// <summary>
/// One failure awaiting a verdict, with the ranks that were asked and their answers. It is decided once, when all have answered or the time
/// is up. Sans-I/O; time is passed in.
/// </summary>
internal sealed class FaultCase
{
    /// <summary>The time within which a rank must answer: far more than a running process needs, even on a busy machine.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(500);

    private readonly int _arbiter;
    private readonly RankView[] _ranks;
    private readonly bool[] _vouched;

    /// <param name="instance">The instance of the communicator that failed or stalled.</param>
    /// <param name="arbiter">The rank of this worker, which decides the case.</param>
    /// <param name="worldSize">The number of ranks in the job.</param>
    /// <param name="now">The current time, on any monotonic clock.</param>
    public FaultCase(CommunicatorInstance instance, int arbiter, int worldSize, TimeSpan now)
    {
        Instance = instance;
        _arbiter = arbiter;
        _ranks = new RankView[worldSize];
        _vouched = new bool[worldSize];
        Array.Fill(_ranks, RankView.Unknown);
        Deadline = now + AnswerTime;
    }

    public CommunicatorInstance Instance { get; }

    /// <summary>The case's number at this arbiter, which uses it to ignore answers to earlier cases.</summary>
    public required ulong Number { get; init; }

    /// <summary>
    /// Whether the case is an inquiry: no rank has reported a failure, but an operation has stalled and the ranks' calls are being
    /// compared.
    /// </summary>
    public bool IsInquiry => !_ranks.Any(rank => rank.Report is not null);

    public TimeSpan Deadline { get; }

    /// <summary>Records that a rank's communicator has failed on its own. Only a rank's first report counts.</summary>
    public void Report(int rank, FaultReport report) => _ranks[rank] = new RankView(Presence.Present, null, _ranks[rank].Report ?? report);

    /// <summary>Records what a rank is waiting for; null if it does not have this communicator open.</summary>
    public void Answer(int rank, Transport.Loops.LoopWait? wait)
    {
        if (_ranks[rank].Report is null)
        {
            _ranks[rank] = new RankView(Presence.Present, wait);
        }
    }

    /// <summary>Records what a probe found about a rank that has not answered. A live rank may still answer, since it reconnects.</summary>
    public void Found(int rank, Presence presence)
    {
        if (presence == Presence.Present)
        {
            Vouch(rank);
        }
        else if (_ranks[rank].Presence == Presence.Asked)
        {
            _ranks[rank] = new RankView(presence);
        }
    }

    /// <summary>
    /// Records that another arbiter has an answer from a rank. If that rank does not answer here, it is alive and merely cut off from this
    /// rank.
    /// </summary>
    public void Vouch(int rank) => _vouched[rank] = true;

    /// <summary>The ranks that have answered.</summary>
    public int[] Present => [.. Enumerable.Range(0, _ranks.Length).Where(rank => _ranks[rank].Presence == Presence.Present)];

    /// <summary>Returns whether a rank has yet to answer.</summary>
    public bool Awaits(int rank) => _ranks[rank].Presence == Presence.Asked;

    /// <summary>Returns whether it is time to decide.</summary>
    public bool IsDue(TimeSpan now) => now >= Deadline || !_ranks.Any(rank => rank.Presence == Presence.Asked);

    /// <summary>Decides the case; call it when it is due.</summary>
    /// <returns>The verdict; null if a lower rank is alive and therefore the arbiter, or if an inquiry has found nothing.</returns>
    public Verdict? Decide()
    {
        for (var rank = 0; rank < _ranks.Length; rank++)
        {
            Found(rank, Presence.Silent);
            if (_ranks[rank].Presence == Presence.Silent && _vouched[rank])
            {
                _ranks[rank] = new RankView(Presence.Present);
            }
        }

        if (_ranks.Take(_arbiter).Any(rank => !rank.IsAbsent))
        {
            return null;
        }

        return IsInquiry ? FaultRules.OfCalls(_ranks) : FaultRules.Decide(_ranks);
    }
}
