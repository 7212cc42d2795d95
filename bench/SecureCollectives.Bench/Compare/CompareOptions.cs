using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Compare;

/// <summary>Validated options of <c>compare</c>.</summary>
internal sealed record CompareOptions
{
    /// <summary>The size of the latency row: one float.</summary>
    public const long LatencyBytes = sizeof(float);

    /// <summary>The collectives that most programs call.</summary>
    public static readonly IReadOnlyList<string> DefaultCollectives = [ComparedCollective.AllReduce, ComparedCollective.AllGather];

    /// <summary>Batches per cell in a pass; their median is the pass's sample.</summary>
    public const int Batches = 3;

    /// <summary>Names from <see cref="ComparedCollective.All"/>, in the order of the table.</summary>
    public IReadOnlyList<string> Collectives { get; init; } = DefaultCollectives;

    public required int World { get; init; }

    public required long MinBytes { get; init; }

    public required long MaxBytes { get; init; }

    public required int Factor { get; init; }

    public required int Rounds { get; init; }

    public required int Seed { get; init; }

    /// <summary>Congestion control of the peers' connections; null keeps the kernel's default, as the peers themselves do.</summary>
    public string? PeersCongestion { get; init; }

    /// <summary>Channels of our communicators; null lets the library choose.</summary>
    public int? Channels { get; init; }

    public int WarmupMilliseconds { get; init; } = 50;

    /// <summary>The same as the bench's own batches; see <see cref="Plan.Pace"/>.</summary>
    public int BatchMilliseconds { get; init; } = 40;

    /// <summary>Whether to measure latency, as the AllReduce of one float.</summary>
    public bool HasLatency => Collectives.Contains(ComparedCollective.AllReduce);

    /// <summary>
    /// Returns the latency cell, then each size of each collective, rounded down to whole elements per rank if the collective splits its
    /// buffer among the ranks.
    /// </summary>
    public IReadOnlyList<CompareCell> Cells()
    {
        var cells = new List<CompareCell>();
        if (HasLatency)
        {
            cells.Add(new CompareCell(ComparedCollective.AllReduce, LatencyBytes));
        }

        foreach (var collective in Collectives)
        {
            for (var bytes = MinBytes; bytes <= MaxBytes; bytes *= Factor)
            {
                cells.Add(new CompareCell(collective, ActualBytes(collective, bytes)));
            }
        }

        return cells;
    }

    private long ActualBytes(string collective, long bytes) =>
        Names.Collectives[collective].ActualBytes(bytes, World) is > 0 and var actual ? actual : BenchParameters.ElementBytes * World;
}
