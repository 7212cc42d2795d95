namespace SecureCollectives.Bench.Compare;

/// <summary>A way of Gloo to do some of the collectives.</summary>
/// <param name="Name">As its program in bench/peers knows it.</param>
/// <param name="Title">As the table says it.</param>
/// <param name="Collectives">Those that it can do, by name.</param>
internal sealed record GlooAlgorithm(string Name, string Title, params IReadOnlyList<string> Collectives)
{
    public static readonly GlooAlgorithm Ring = new("ring", "ring", ComparedCollective.AllReduce, ComparedCollective.AllGather);
    public static readonly GlooAlgorithm Tree = new("tree", "tree", ComparedCollective.Broadcast);
    public static readonly GlooAlgorithm Direct = new("direct", "direct", ComparedCollective.AllToAll);

    /// <summary>Of its earlier interface, and the only one that has ReduceScatter.</summary>
    public static readonly GlooAlgorithm HalvingDoubling = new(
        "halving-doubling", "halving", ComparedCollective.AllReduce, ComparedCollective.ReduceScatter);

    /// <summary>
    /// On the caller's thread instead of Gloo's event thread: its fastest way for small buffers, and none for large ones, where both ranks
    /// of a pair would wait for each other. The program leaves out the sizes that it cannot do.
    /// </summary>
    public static readonly GlooAlgorithm HalvingDoublingSync =
        HalvingDoubling with { Name = "halving-doubling-sync", Title = "halving, sync" };

    public static readonly IReadOnlyList<GlooAlgorithm> All = [Ring, Tree, Direct, HalvingDoubling, HalvingDoublingSync];

    public IEnumerable<CompareCell> Cells(IEnumerable<CompareCell> cells) => cells.Where(cell => Collectives.Contains(cell.Collective));
}
