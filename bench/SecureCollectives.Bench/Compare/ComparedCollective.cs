using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Compare;

/// <summary>A collective that the peers have too. Its bytes are what the bench's own are of it.</summary>
/// <param name="Title">As readers know it.</param>
/// <param name="Place">Where results go, at ours and at theirs.</param>
internal sealed record ComparedCollective(string Title, string Place = ComparedCollective.OutOfPlace)
{
    public const string AllReduce = "allreduce";
    public const string AllGather = "allgather";
    public const string Broadcast = "broadcast";
    public const string ReduceScatter = "reducescatter";
    public const string AllToAll = "alltoall";

    private const string OutOfPlace = "out of place";

    /// <summary>By the names that the bench has for them; those of the peers' programs are the same.</summary>
    public static NameTable<ComparedCollective> All { get; } = new(
        (AllReduce, new ComparedCollective("AllReduce")),
        (AllGather, new ComparedCollective("AllGather")),
        (Broadcast, new ComparedCollective("Broadcast", "in place")),
        (ReduceScatter, new ComparedCollective("ReduceScatter")),
        (AllToAll, new ComparedCollective("AllToAll")));
}
