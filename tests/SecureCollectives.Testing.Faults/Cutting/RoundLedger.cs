using System.Globalization;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>Compares the rounds of a job with those of an undisturbed run, and records how long they took.</summary>
/// <param name="distinct">The number of rounds after which inputs repeat.</param>
internal sealed class RoundLedger(int distinct)
{
    /// <summary>The prefix of a digest whose result differs between ranks; all other results are the same on all ranks.</summary>
    private const string Own = "own-";

    private readonly Dictionary<(int Rank, int Round), string> _expected = [];
    private readonly List<(long Started, long Ended)> _operations = [];
    private readonly List<long> _faults = [];

    public List<string> Complaints { get; } = [];

    /// <summary>Collective calls; a call of all ranks counts once.</summary>
    public int Operations => _operations.Count;

    /// <summary>Healed links, counted at both ends.</summary>
    public long Heals { get; private set; }

    public long Replacements { get; private set; }

    /// <summary>Records the digests of undisturbed rounds as the expected ones.</summary>
    public void Learn(Round[][] ranks)
    {
        for (var rank = 0; rank < ranks.Length; rank++)
        {
            foreach (var (index, round) in ranks[rank].Index())
            {
                var isOwn = round.Digest.StartsWith(Own, StringComparison.Ordinal);
                _expected[(rank, round.Number % distinct)] = isOwn ? round.Digest : ranks[0][index].Digest;
            }
        }

        Add(ranks);
    }

    /// <summary>Records rounds, by rank, and adds a complaint for each unexpected result.</summary>
    public void Add(Round[][] ranks)
    {
        for (var rank = 0; rank < ranks.Length; rank++)
        {
            foreach (var round in ranks[rank].Where(round => round.Digest != _expected[(rank, round.Number % distinct)]))
            {
                Complaints.Add(string.Create(
                    CultureInfo.InvariantCulture, $"rank {rank}: the result of round {round.Number} differs from the undisturbed one"));
            }
        }

        for (var index = 0; index < ranks[0].Length; index++)
        {
            _operations.Add((ranks.Min(rounds => rounds[index].Started), ranks.Max(rounds => rounds[index].Ended)));
        }

        Heals = ranks.Sum(rounds => rounds[^1].Heals);
        Replacements = ranks.Sum(rounds => rounds[^1].Replacements);
    }

    public void AddFault(long at) => _faults.Add(at);

    /// <summary>Returns the durations of operations, in ascending order.</summary>
    /// <param name="struck">True for operations during which a fault happened, false for the others.</param>
    public IReadOnlyList<TimeSpan> Durations(bool struck) =>
    [
        .. _operations
            .Where(operation => struck == _faults.Exists(at => at >= operation.Started && at <= operation.Ended))
            .Select(operation => System.Diagnostics.Stopwatch.GetElapsedTime(operation.Started, operation.Ended))
            .Order(),
    ];
}
