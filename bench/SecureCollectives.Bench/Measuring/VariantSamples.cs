namespace SecureCollectives.Bench.Measuring;

/// <summary>The batches of one variant at one size.</summary>
internal sealed class VariantSamples
{
    private readonly List<List<BatchResult>> _rounds = [];

    /// <summary>All batches, in the order in which they ran.</summary>
    public IEnumerable<BatchResult> Batches => _rounds.SelectMany(round => round);

    public int Rounds => _rounds.Count;

    /// <summary>Seconds per operation in each round; for a baseline, the mean of the round's two batches.</summary>
    public IReadOnlyList<double> RoundSeconds => [.. _rounds.Select(round => round.Average(batch => batch.Seconds))];

    /// <summary>Wrong elements in the last result, over all ranks.</summary>
    public long Wrong { get; set; }

    public Observation Observation { get; set; }

    /// <param name="round">The round, from 1.</param>
    /// <param name="batch">The round's batch, or one of its two.</param>
    public void Add(int round, BatchResult batch)
    {
        if (_rounds.Count < round)
        {
            _rounds.Add([]);
        }

        _rounds[^1].Add(batch);
    }

    /// <param name="index">The round, from 0.</param>
    /// <returns>The round's one or two batches.</returns>
    public IReadOnlyList<BatchResult> Round(int index) => _rounds[index];
}
