using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>Collects the samples of a comparison.</summary>
internal sealed class CompareResults(IReadOnlyList<Contender> contenders, IReadOnlyList<CompareCell> cells)
{
    private readonly List<(int Round, CoreState Cores, CompareSample Sample)> _samples = [];
    private readonly Dictionary<IContenderPass, string> _failures = [];

    public IReadOnlyCollection<string> Failures => _failures.Values;

    public long Wrong => _samples.Sum(entry => entry.Sample.Wrong);

    /// <summary>Returns the number of samples taken while the processors were in the given state.</summary>
    public int Count(CoreState cores) => _samples.Count(entry => entry.Cores == cores);

    /// <param name="round">The round, from 0.</param>
    /// <param name="samples">The samples of one pass.</param>
    /// <param name="cores">The state of the processors before and after the pass.</param>
    public void Add(int round, IEnumerable<CompareSample> samples, CoreState cores) =>
        _samples.AddRange(samples.Select(sample => (round, cores, sample)));

    public void AddFailure(IContenderPass pass, string reason) => _failures.Add(pass, reason);

    public bool HasFailed(IContenderPass pass) => _failures.ContainsKey(pass);

    /// <summary>
    /// Returns a row for each cell and contender that has samples in the given state, cell by cell, in the contenders' order. A ratio never
    /// mixes states.
    /// </summary>
    public IReadOnlyList<CompareRow> Rows(CoreState cores) => [.. cells.SelectMany(cell => RowsOf(cell, cores))];

    /// <summary>Returns the rows of all states, one state after the other.</summary>
    public IReadOnlyList<CompareRow> Rows() => [.. Enum.GetValues<CoreState>().SelectMany(Rows)];

    private IEnumerable<CompareRow> RowsOf(CompareCell cell, CoreState cores)
    {
        var samples = _samples.Where(entry => entry.Sample.Cell == cell && entry.Cores == cores).ToLookup(entry => entry.Sample.Contender);
        (Contender Contender, Dictionary<int, double> Rounds)[] times =
        [
            .. from contender in contenders
               where samples.Contains(contender.Key)
               select (contender, samples[contender.Key].ToDictionary(entry => entry.Round, entry => entry.Sample.TimeUs)),
        ];
        // Rank peers by their median over all rounds. Picking the best in each round would combine the lucky rounds of several peers.
        var peers = times.Where(entry => entry.Contender.IsPeer).OrderBy(entry => OrderStatistics.Median(entry.Rounds.Values)).ToArray();
        return times.Select(entry => new CompareRow
        {
            Cell = cell,
            Contender = entry.Contender,
            Cores = cores,
            TimesUs = [.. entry.Rounds.OrderBy(round => round.Key).Select(round => round.Value)],
            Wrong = samples[entry.Contender.Key].Sum(sample => sample.Sample.Wrong),
            SameMedium = RatioTo(peers.FirstOrDefault(peer => peer.Contender.Medium == entry.Contender.Medium), entry.Rounds),
            Best = RatioTo(peers.FirstOrDefault(), entry.Rounds),
        });
    }

    private static PeerRatio? RatioTo((Contender? Contender, Dictionary<int, double> Rounds) peer, Dictionary<int, double> own) =>
        peer.Contender is { } contender
        ? new PeerRatio(contender, [.. own.Keys.Where(peer.Rounds.ContainsKey).Order().Select(round => peer.Rounds[round] / own[round])])
        : null;
}
