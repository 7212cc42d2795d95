namespace SecureCollectives.Bench.Measuring;

/// <summary>All batches of one variant at one size.</summary>
internal sealed class VariantSamples
{
    private readonly List<List<BatchResult>> _rounds = [];

    /// <summary>In the order in which they ran.</summary>
    public IEnumerable<BatchResult> Batches => _rounds.SelectMany(round => round);

    public int Rounds => _rounds.Count;

    /// <summary>Seconds of one operation in each round; a baseline's two batches by their mean.</summary>
    public IReadOnlyList<double> RoundSeconds => [.. _rounds.Select(round => round.Average(batch => batch.Seconds))];

    /// <summary>Wrong elements of the last result, over all ranks.</summary>
    public long Wrong { get; set; }

    public Observation Observation { get; set; }

    /// <param name="round">From 1.</param>
    /// <param name="batch">Its batch, or one of its two.</param>
    public void Add(int round, BatchResult batch)
    {
        if (_rounds.Count < round)
        {
            _rounds.Add([]);
        }

        _rounds[^1].Add(batch);
    }

    /// <param name="index">From 0.</param>
    /// <returns>The round's one batch, or its two.</returns>
    public IReadOnlyList<BatchResult> Round(int index) => _rounds[index];
}
