namespace SecureCollectives.Faults;

/// <summary>
/// One failure on its way to a verdict: who was asked, what has been answered. Decided once, when all have answered or the time is up.
/// Without I/O; time is an argument.
/// </summary>
internal sealed class FaultCase
{
    /// <summary>Who has not answered by then does not answer: far more than a process that runs takes, on a busy machine too.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(500);

    private readonly int _arbiter;
    private readonly RankView[] _ranks;
    private readonly bool[] _vouched;

    /// <param name="instance">The communicator.</param>
    /// <param name="arbiter">The rank that runs the case.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="now">The time.</param>
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

    /// <summary>The case's number at this arbiter: answers to the questions of an earlier one are none.</summary>
    public required ulong Number { get; init; }

    /// <summary>Whether nobody has reported a failure: an operation has stalled, and calls are compared.</summary>
    public bool IsInquiry => !_ranks.Any(rank => rank.Report is not null);

    public TimeSpan Deadline { get; }

    /// <summary>A rank's communicator has failed by itself. Its first word counts.</summary>
    public void Report(int rank, FaultReport report) => _ranks[rank] = new RankView(Presence.Present, null, _ranks[rank].Report ?? report);

    /// <summary>A rank says what it waits for; null: it has no such communicator.</summary>
    public void Answer(int rank, Transport.Loops.LoopWait? wait)
    {
        if (_ranks[rank].Report is null)
        {
            _ranks[rank] = new RankView(Presence.Present, wait);
        }
    }

    /// <summary>Something was found out about a rank that has not answered. One that lives may answer still: it connects anew.</summary>
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
    /// Another arbiter has an answer of a rank. One that does not answer here then lives, and is cut off from this rank alone.
    /// </summary>
    public void Vouch(int rank) => _vouched[rank] = true;

    /// <summary>Ranks that have answered.</summary>
    public int[] Present => [.. Enumerable.Range(0, _ranks.Length).Where(rank => _ranks[rank].Presence == Presence.Present)];

    /// <summary>Whether a rank still has to answer.</summary>
    public bool Awaits(int rank) => _ranks[rank].Presence == Presence.Asked;

    /// <summary>Whether it is time to decide.</summary>
    public bool IsDue(TimeSpan now) => now >= Deadline || !_ranks.Any(rank => rank.Presence == Presence.Asked);

    /// <summary>Decides; call it when it is due.</summary>
    /// <returns>Null where a lower rank lives, which is the arbiter, and where an inquiry has found nothing.</returns>
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
