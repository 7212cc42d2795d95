using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>How many times as fast as a peer a contender is at one cell.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Rounds">The peer's time by the contender's, in each round that has both: above 1 the contender is faster.</param>
internal sealed record PeerRatio(Contender Peer, IReadOnlyCollection<double> Rounds)
{
    public double? Median => Rounds.Count == 0 ? null : OrderStatistics.Median(Rounds);

    /// <summary>Covers the true median with 95 % or more; null where rounds are too few.</summary>
    public (double Low, double High)? Interval => MedianInterval.Of(Rounds);
}
