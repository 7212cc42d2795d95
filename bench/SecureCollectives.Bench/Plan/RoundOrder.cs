namespace SecureCollectives.Bench.Plan;

/// <summary>
/// The order in which a round visits the variants: baselines first and last, the others between them in an order of each round's own. What
/// drifts on the machine meanwhile meets each variant alike, and the mean of the two baselines stands in the middle of the round.
/// </summary>
internal sealed class RoundOrder
{
    private readonly int[] _baselines;
    private readonly int[] _others;
    private readonly Random _random;

    /// <param name="variants">All variants; the order speaks of their indices.</param>
    /// <param name="seed">The same on all ranks, so that all visit the same variant at the same time.</param>
    public RoundOrder(IReadOnlyList<Variant> variants, int seed)
    {
        _baselines = [.. Enumerable.Range(0, variants.Count).Where(i => variants[i].IsBaseline)];
        _others = [.. Enumerable.Range(0, variants.Count).Where(i => !variants[i].IsBaseline)];
        _random = new Random(seed); // With a seed it is the same algorithm in all versions of .NET.
    }

    /// <summary>The next round's.</summary>
    public IReadOnlyList<int> Next()
    {
        _random.Shuffle(_others);
        return [.. _baselines, .. _others, .. _baselines.Reverse()];
    }
}
