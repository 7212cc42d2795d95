using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>One contender at one cell, over all rounds.</summary>
internal sealed record CompareRow
{
    private const double BytesPerMicrosecondInGBps = 1e-3;

    public required CompareCell Cell { get; init; }

    public required Contender Contender { get; init; }

    /// <summary>Where the machine's processors were in all of these rounds.</summary>
    public required CoreState Cores { get; init; }

    /// <summary>Of one operation, in microseconds; a value a round.</summary>
    public required IReadOnlyList<double> TimesUs { get; init; }

    /// <summary>Wrong elements of all rounds.</summary>
    public required long Wrong { get; init; }

    /// <summary>Against the peer with the least median time of those over the same medium; null where none is there.</summary>
    public required PeerRatio? SameMedium { get; init; }

    /// <summary>Against the peer with the least median time of all.</summary>
    public required PeerRatio? Best { get; init; }

    /// <summary>Whether ours over the same medium are compared with this one.</summary>
    public bool IsBetterPeer => Contender == SameMedium?.Peer;

    public double MedianUs => OrderStatistics.Median([.. TimesUs]);

    /// <summary>Bytes by time, in 1e9 bytes a second.</summary>
    public double AlgbwGBps => Cell.Bytes / MedianUs * BytesPerMicrosecondInGBps;
}
