namespace SecureCollectives.Bench.Plan;

/// <summary>
/// The order in which a round visits the variants: baselines first and last, and the others between them in a different order in each
/// round. A drift in the machine's speed then affects all variants alike, and the mean of the two baselines falls in the middle of the
/// round.
/// </summary>
internal sealed class RoundOrder
{
    private readonly int[] _baselines;
    private readonly int[] _others;
    private readonly Random _random;

    /// <param name="variants">All variants; orders are lists of their indices.</param>
    /// <param name="seed">The same on all ranks, so that all visit the same variant at the same time.</param>
    public RoundOrder(IReadOnlyList<Variant> variants, int seed)
    {
        _baselines = [.. Enumerable.Range(0, variants.Count).Where(i => variants[i].IsBaseline)];
        _others = [.. Enumerable.Range(0, variants.Count).Where(i => !variants[i].IsBaseline)];
        _random = new Random(seed); // With a seed, all versions of .NET use the same algorithm.
    }

    /// <summary>Returns the order of the next round.</summary>
    public IReadOnlyList<int> Next()
    {
        _random.Shuffle(_others);
        return [.. _baselines, .. _others, .. _baselines.Reverse()];
    }
}
