namespace SecureCollectives.Bench.Compare;

/// <summary>A way of Gloo to do AllReduce; AllGather it has as a ring alone.</summary>
internal sealed record GlooAlgorithm(string Name, string Title)
{
    public static readonly GlooAlgorithm Ring = new("ring", "ring");
    public static readonly GlooAlgorithm HalvingDoubling = new("halving-doubling", "halving");

    /// <summary>
    /// On the caller's thread instead of Gloo's event thread: its fastest way for small buffers, and none for large ones, where both ranks of a pair
    /// would wait for each other. The program leaves out the sizes that it cannot do.
    /// </summary>
    public static readonly GlooAlgorithm HalvingDoublingSync = new("halving-doubling-sync", "halving, sync");

    public static readonly IReadOnlyList<GlooAlgorithm> All = [Ring, HalvingDoubling, HalvingDoublingSync];

    public IEnumerable<CompareCell> Cells(IEnumerable<CompareCell> cells) =>
        this == Ring ? cells : cells.Where(cell => cell.Collective == CompareCell.AllReduce);
}
