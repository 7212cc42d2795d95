namespace SecureCollectives.Bench.Compare;

/// <summary>What all contenders are asked to do: one collective of one size.</summary>
/// <param name="Collective">As the programs name it: <see cref="AllReduce"/> or <see cref="AllGather"/>.</param>
/// <param name="Bytes">AllReduce's buffer, or AllGather's whole output.</param>
internal readonly record struct CompareCell(string Collective, long Bytes)
{
    public const string AllReduce = "allreduce";
    public const string AllGather = "allgather";

    /// <summary>Below this the time of an operation says something, and its bandwidth does not.</summary>
    public const long SmallestBandwidthBytes = 1024;

    /// <summary>A collective as readers know it.</summary>
    public static string TitleOf(string collective) => collective == AllReduce ? "AllReduce" : "AllGather";

    public bool IsLatency => Bytes < SmallestBandwidthBytes;
}
