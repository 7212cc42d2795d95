using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Compare;

/// <summary>A collective that the peers also have. Its size is counted as in the bench's own tables.</summary>
/// <param name="Title">The collective's name in the table.</param>
/// <param name="Place">Whether results go in or out of place, for our contenders and for the peers.</param>
internal sealed record ComparedCollective(string Title, string Place = ComparedCollective.OutOfPlace)
{
    public const string AllReduce = "allreduce";
    public const string AllGather = "allgather";
    public const string Broadcast = "broadcast";
    public const string ReduceScatter = "reducescatter";
    public const string AllToAll = "alltoall";

    private const string OutOfPlace = "out of place";

    /// <summary>By the bench's names, which the peers' programs share.</summary>
    public static NameTable<ComparedCollective> All { get; } = new(
        (AllReduce, new ComparedCollective("AllReduce")),
        (AllGather, new ComparedCollective("AllGather")),
        (Broadcast, new ComparedCollective("Broadcast", "in place")),
        (ReduceScatter, new ComparedCollective("ReduceScatter")),
        (AllToAll, new ComparedCollective("AllToAll")));
}
