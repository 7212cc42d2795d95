using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Compare;

/// <summary>What to compare, validated.</summary>
internal sealed record CompareOptions
{
    /// <summary>The latency row: one float.</summary>
    public const long LatencyBytes = sizeof(float);

    /// <summary>What most programs call.</summary>
    public static readonly IReadOnlyList<string> DefaultCollectives = [ComparedCollective.AllReduce, ComparedCollective.AllGather];

    /// <summary>Of each cell in a pass; their median is the pass's sample.</summary>
    public const int Batches = 3;

    /// <summary>By their names in <see cref="ComparedCollective.All"/>; the table has them in this order.</summary>
    public IReadOnlyList<string> Collectives { get; init; } = DefaultCollectives;

    public required int World { get; init; }

    public required long MinBytes { get; init; }

    public required long MaxBytes { get; init; }

    public required int Factor { get; init; }

    public required int Rounds { get; init; }

    public required int Seed { get; init; }

    /// <summary>The congestion control of the peers' connections; null leaves the kernel's default, as the peers do.</summary>
    public string? PeersCongestion { get; init; }

    /// <summary>Channels of ours; null leaves it to the library.</summary>
    public int? Channels { get; init; }

    public int WarmupMilliseconds { get; init; } = 50;

    /// <summary>As the bench's own batches; see Pace.</summary>
    public int BatchMilliseconds { get; init; } = 40;

    /// <summary>Whether one float's AllReduce is measured for the latency.</summary>
    public bool HasLatency => Collectives.Contains(ComparedCollective.AllReduce);

    /// <summary>
    /// The latency, then each size of each collective, cut down to whole elements of each rank where ranks have a share each.
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
