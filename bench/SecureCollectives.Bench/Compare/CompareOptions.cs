namespace SecureCollectives.Bench.Compare;

/// <summary>What to compare, validated.</summary>
internal sealed record CompareOptions
{
    /// <summary>The latency row: one float.</summary>
    public const long LatencyBytes = sizeof(float);

    /// <summary>Of each cell in a pass; their median is the pass's sample.</summary>
    public const int Batches = 3;

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

    /// <summary>One float's AllReduce for the latency, then each size of both collectives. AllGather's output is cut down to whole floats of each rank.</summary>
    public IReadOnlyList<CompareCell> Cells()
    {
        var cells = new List<CompareCell> { new(CompareCell.AllReduce, LatencyBytes) };
        foreach (var collective in new[] { CompareCell.AllReduce, CompareCell.AllGather })
        {
            for (var bytes = MinBytes; bytes <= MaxBytes; bytes *= Factor)
                cells.Add(new CompareCell(collective, collective == CompareCell.AllReduce ? bytes : WholeShards(bytes)));
        }

        return cells;
    }

    private long WholeShards(long bytes)
    {
        var unit = sizeof(float) * World;
        return Math.Max(bytes / unit, 1) * unit;
    }
}
