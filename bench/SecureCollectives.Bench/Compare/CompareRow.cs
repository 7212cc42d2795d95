using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>One contender at one cell, over all rounds.</summary>
internal sealed record CompareRow
{
    private const double BytesPerMicrosecondInGBps = 1e-3;

    public required CompareCell Cell { get; init; }

    public required Contender Contender { get; init; }

    /// <summary>Of one operation, in microseconds; a value a round.</summary>
    public required IReadOnlyList<double> TimesUs { get; init; }

    /// <summary>Wrong elements of all rounds.</summary>
    public required long Wrong { get; init; }

    /// <summary>The peer with the least median time at this cell; null where no peer is there.</summary>
    public required Contender? BetterPeer { get; init; }

    /// <summary>The better peer's time by this contender's, in each round that has both: above 1 this one is faster.</summary>
    public required IReadOnlyList<double> Ratios { get; init; }

    public bool IsBetterPeer => Contender == BetterPeer;

    public double MedianUs => OrderStatistics.Median([.. TimesUs]);

    /// <summary>Bytes by time, in 1e9 bytes a second.</summary>
    public double AlgbwGBps => Cell.Bytes / MedianUs * BytesPerMicrosecondInGBps;

    public double? RatioMedian => Ratios.Count == 0 ? null : OrderStatistics.Median([.. Ratios]);

    /// <summary>Covers the true median with 95 % or more; null where rounds are too few.</summary>
    public (double Low, double High)? RatioInterval => MedianInterval.Of([.. Ratios]);
}
