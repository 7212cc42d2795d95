namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>One call that all ranks make, through Open MPI and through us.</summary>
/// <param name="Number">Of its place in the plan; its inputs are drawn by it.</param>
/// <param name="Call">The call.</param>
/// <param name="Type">Of the elements.</param>
/// <param name="Operator">Null where elements only move.</param>
/// <param name="Root">For the calls that have one.</param>
/// <param name="Counts">
/// Of elements: one of a block, the same on all ranks; those of each rank; or, for <see cref="OracleCall.AllToAllV"/>, what each rank sends
/// to each, sender by sender.
/// </param>
/// <param name="World">How many ranks.</param>
internal sealed record OracleCase(int Number, OracleCall Call, OracleType Type, OracleOperator? Operator, int Root, int[] Counts, int World)
{
    /// <summary>Of any world.</summary>
    public const int MostRanks = 4;

    /// <summary>As bench/peers/open_mpi_oracle.cpp reads it.</summary>
    public string PlanLine => $"{Name} {Type.Name} {Operator?.Name ?? "none"} {Root} {string.Join(' ', Counts)}";

    private string Name => Call.ToString().ToLowerInvariant();

    /// <summary>Elements that a rank puts in.</summary>
    public int Inputs(int rank) => Call switch
    {
        OracleCall.AllReduce or OracleCall.Reduce or OracleCall.Gather or OracleCall.GatherV or OracleCall.AllGather
            or OracleCall.AllGatherV => Own(rank),
        OracleCall.Broadcast => rank == Root ? Own(rank) : 0,
        OracleCall.Scatter or OracleCall.ScatterV => rank == Root ? All : 0,
        OracleCall.AllToAllV => Sent(rank).Sum(),
        _ => All,
    };

    /// <summary>Elements that a rank gets out.</summary>
    public int Outputs(int rank) => Call switch
    {
        OracleCall.Reduce => rank == Root ? Own(rank) : 0,
        OracleCall.Gather or OracleCall.GatherV => rank == Root ? All : 0,
        OracleCall.AllGather or OracleCall.AllGatherV or OracleCall.AllToAll => All,
        OracleCall.AllToAllV => Received(rank).Sum(),
        _ => Own(rank),
    };

    public int[] Sent(int rank) => Counts[(rank * World)..((rank + 1) * World)];

    public int[] Received(int rank) => [.. Enumerable.Range(0, World).Select(peer => Counts[(peer * World) + rank])];

    /// <summary>Where in every rank's input the elements begin that a rank's output is combined of.</summary>
    public int CombinedFrom(int rank) =>
        Call is OracleCall.ReduceScatter or OracleCall.ReduceScatterV ? Enumerable.Range(0, rank).Sum(Own) : 0;

    /// <summary>The input of a rank: the same whenever it is asked for.</summary>
    public byte[] Input(int rank)
    {
        var random = new OracleRandom((ulong)((((Number * MostRanks) + rank) * MostRanks) + World));
        // What only moves may be any bits.
        return Operator is null ? random.Bytes(Inputs(rank) * Type.Bytes) : Type.Operands(random, Inputs(rank), Operator);
    }

    public override string ToString() => $"{PlanLine} ({World} ranks)";

    private int Own(int rank) => Counts.Length == 1 ? Counts[0] : Counts[rank];

    private int All => Counts.Length == 1 ? Counts[0] * World : Counts.Sum();
}
