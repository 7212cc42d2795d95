using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>A contender's speed relative to a peer, in one cell.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Rounds">The peer's time divided by the contender's, for each round with both; above 1 the contender is faster.</param>
internal sealed record PeerRatio(Contender Peer, IReadOnlyCollection<double> Rounds)
{
    public double? Median => Rounds.Count == 0 ? null : OrderStatistics.Median(Rounds);

    /// <summary>Covers the true median with at least 95 % probability; null if there are too few rounds.</summary>
    public (double Low, double High)? Interval => MedianInterval.Of(Rounds);
}
