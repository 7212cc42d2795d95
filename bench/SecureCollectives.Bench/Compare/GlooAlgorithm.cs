namespace SecureCollectives.Bench.Compare;

/// <summary>One of Gloo's algorithms.</summary>
/// <param name="Name">The algorithm's name in the program in bench/peers.</param>
/// <param name="Title">The algorithm's name in the table.</param>
/// <param name="Collectives">The names of the collectives that it implements.</param>
internal sealed record GlooAlgorithm(string Name, string Title, params IReadOnlyList<string> Collectives)
{
    public static readonly GlooAlgorithm Ring = new("ring", "ring", ComparedCollective.AllReduce, ComparedCollective.AllGather);
    public static readonly GlooAlgorithm Tree = new("tree", "tree", ComparedCollective.Broadcast);
    public static readonly GlooAlgorithm Direct = new("direct", "direct", ComparedCollective.AllToAll);

    /// <summary>From Gloo's older interface, the only one with ReduceScatter.</summary>
    public static readonly GlooAlgorithm HalvingDoubling = new(
        "halving-doubling", "halving", ComparedCollective.AllReduce, ComparedCollective.ReduceScatter);

    /// <summary>
    /// Runs on the caller's thread instead of Gloo's event thread. This is Gloo's fastest path for small buffers, but for large ones both
    /// ranks of a pair would wait for each other. The program skips the sizes that would deadlock.
    /// </summary>
    public static readonly GlooAlgorithm HalvingDoublingSync =
        HalvingDoubling with { Name = "halving-doubling-sync", Title = "halving, sync" };

    public static readonly IReadOnlyList<GlooAlgorithm> All = [Ring, Tree, Direct, HalvingDoubling, HalvingDoublingSync];

    public IEnumerable<CompareCell> Cells(IEnumerable<CompareCell> cells) => cells.Where(cell => Collectives.Contains(cell.Collective));
}
