using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>All samples so far.</summary>
internal sealed class CompareResults(IReadOnlyList<Contender> contenders, IReadOnlyList<CompareCell> cells)
{
    private readonly List<(int Round, CompareSample Sample)> _samples = [];
    private readonly Dictionary<IContenderPass, string> _failures = [];

    public IReadOnlyCollection<string> Failures => _failures.Values;

    public long Wrong => _samples.Sum(entry => entry.Sample.Wrong);

    public void Add(int round, IEnumerable<CompareSample> samples) => _samples.AddRange(samples.Select(sample => (round, sample)));

    public void AddFailure(IContenderPass pass, string reason) => _failures.Add(pass, reason);

    public bool HasFailed(IContenderPass pass) => _failures.ContainsKey(pass);

    /// <summary>A row for each cell and contender that has samples, cell by cell, in the contenders' order.</summary>
    public IReadOnlyList<CompareRow> Rows() => [.. cells.SelectMany(RowsOf)];

    private IEnumerable<CompareRow> RowsOf(CompareCell cell)
    {
        var times = contenders
            .Select(contender => (Contender: contender, Rounds: TimesOf(contender, cell)))
            .Where(entry => entry.Rounds.Count > 0)
            .ToArray();
        // By its median over all rounds: the better of each round, by luck, would be a peer that does not exist.
        var better = times.Where(entry => entry.Contender.IsPeer).OrderBy(entry => OrderStatistics.Median(entry.Rounds.Values)).FirstOrDefault();
        return times.Select(entry => new CompareRow
        {
            Cell = cell,
            Contender = entry.Contender,
            TimesUs = [.. entry.Rounds.OrderBy(round => round.Key).Select(round => round.Value)],
            Wrong = _samples.Where(sample => IsOf(sample.Sample, entry.Contender, cell)).Sum(sample => sample.Sample.Wrong),
            BetterPeer = better.Contender,
            Ratios = better.Contender is null ? [] : RatiosOf(better.Rounds, entry.Rounds),
        });
    }

    private Dictionary<int, double> TimesOf(Contender contender, CompareCell cell) =>
        _samples.Where(entry => IsOf(entry.Sample, contender, cell)).ToDictionary(entry => entry.Round, entry => entry.Sample.TimeUs);

    private static bool IsOf(CompareSample sample, Contender contender, CompareCell cell) => sample.Contender == contender.Key && sample.Cell == cell;

    private static double[] RatiosOf(Dictionary<int, double> peer, Dictionary<int, double> own) =>
        [.. own.Keys.Where(peer.ContainsKey).Order().Select(round => peer[round] / own[round])];
}
