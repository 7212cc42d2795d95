using System.Globalization;
using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>Compares the rounds of a job with those that ran undisturbed, and keeps how long they took.</summary>
/// <param name="distinct">Rounds after which inputs come again.</param>
internal sealed class RoundLedger(int distinct)
{
    /// <summary>How the digest of a result begins that is a rank's own; others are the same everywhere.</summary>
    private const string Own = "own-";

    private readonly Dictionary<(int Rank, int Round), string> _expected = [];
    private readonly List<(long Started, long Ended)> _operations = [];
    private readonly List<long> _faults = [];

    public List<string> Complaints { get; } = [];

    /// <summary>Collective calls of all ranks together.</summary>
    public int Operations => _operations.Count;

    /// <summary>Links that were healed, counted at both ends.</summary>
    public long Heals { get; private set; }

    public long Replacements { get; private set; }

    /// <summary>Takes the digests of rounds that nobody disturbed.</summary>
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

    /// <summary>Takes rounds, by rank, and complains of those whose result is another.</summary>
    public void Add(Round[][] ranks)
    {
        for (var rank = 0; rank < ranks.Length; rank++)
        {
            foreach (var round in ranks[rank].Where(round => round.Digest != _expected[(rank, round.Number % distinct)]))
            {
                Complaints.Add(string.Create(
                    CultureInfo.InvariantCulture, $"rank {rank} got another result of round {round.Number} than without faults"));
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

    /// <summary>How long operations took, in ascending order.</summary>
    /// <param name="struck">Those in which a fault happened, or the others.</param>
    public IReadOnlyList<TimeSpan> Durations(bool struck) =>
    [
        .. _operations
            .Where(operation => struck == _faults.Exists(at => at >= operation.Started && at <= operation.Ended))
            .Select(operation => System.Diagnostics.Stopwatch.GetElapsedTime(operation.Started, operation.Ended))
            .Order(),
    ];
}
