using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>One contender in one cell, over all rounds.</summary>
internal sealed record CompareRow
{
    private const double BytesPerMicrosecondInGBps = 1e-3;

    public required CompareCell Cell { get; init; }

    public required Contender Contender { get; init; }

    /// <summary>The state of the machine's processors during all of these rounds.</summary>
    public required CoreState Cores { get; init; }

    /// <summary>Microseconds per operation, one value per round.</summary>
    public required IReadOnlyList<double> TimesUs { get; init; }

    /// <summary>Wrong elements over all rounds.</summary>
    public required long Wrong { get; init; }

    /// <summary>The ratio to the peer with the lowest median time over the same medium; null if there is no such peer.</summary>
    public required PeerRatio? SameMedium { get; init; }

    /// <summary>The ratio to the peer with the lowest median time over any medium.</summary>
    public required PeerRatio? Best { get; init; }

    /// <summary>Whether our contenders over the same medium are compared with this one.</summary>
    public bool IsBetterPeer => Contender == SameMedium?.Peer;

    public double MedianUs => OrderStatistics.Median([.. TimesUs]);

    /// <summary>The size divided by the median time, in 10^9 bytes per second.</summary>
    public double AlgbwGBps => Cell.Bytes / MedianUs * BytesPerMicrosecondInGBps;
}
