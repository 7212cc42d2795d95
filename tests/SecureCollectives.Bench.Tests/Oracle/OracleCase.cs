namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>One call by all ranks, made through both Open MPI and our library.</summary>
/// <param name="Number">The index in the plan, which also seeds the inputs.</param>
/// <param name="Call">The call.</param>
/// <param name="Type">The element type.</param>
/// <param name="Operator">The operator; null for calls that only move elements.</param>
/// <param name="Root">The root, for calls that have one.</param>
/// <param name="Counts">
/// Element counts: a single count for a block that is the same on all ranks; one per rank; or, for <see cref="OracleCall.AllToAllV"/>, the
/// counts that each rank sends to each, sender by sender.
/// </param>
/// <param name="World">The number of ranks.</param>
internal sealed record OracleCase(int Number, OracleCall Call, OracleType Type, OracleOperator? Operator, int Root, int[] Counts, int World)
{
    /// <summary>The size of the largest world.</summary>
    public const int MostRanks = 4;

    /// <summary>The line of the plan that bench/peers/open_mpi_oracle.cpp parses.</summary>
    public string PlanLine => $"{Name} {Type.Name} {Operator?.Name ?? "none"} {Root} {string.Join(' ', Counts)}";

    private string Name => Call.ToString().ToLowerInvariant();

    /// <summary>Returns the number of input elements of a rank.</summary>
    public int Inputs(int rank) => Call switch
    {
        OracleCall.AllReduce or OracleCall.Reduce or OracleCall.Gather or OracleCall.GatherV or OracleCall.AllGather
            or OracleCall.AllGatherV => Own(rank),
        OracleCall.Broadcast => rank == Root ? Own(rank) : 0,
        OracleCall.Scatter or OracleCall.ScatterV => rank == Root ? All : 0,
        OracleCall.AllToAllV => Sent(rank).Sum(),
        _ => All,
    };

    /// <summary>Returns the number of output elements of a rank.</summary>
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

    /// <summary>Returns the position in every rank's input from which a rank's output is reduced.</summary>
    public int CombinedFrom(int rank) =>
        Call is OracleCall.ReduceScatter or OracleCall.ReduceScatterV ? Enumerable.Range(0, rank).Sum(Own) : 0;

    /// <summary>Returns a rank's input, which is the same every time.</summary>
    public byte[] Input(int rank)
    {
        var random = new OracleRandom((ulong)((((Number * MostRanks) + rank) * MostRanks) + World));
        // Elements that only move may have any bits.
        return Operator is null ? random.Bytes(Inputs(rank) * Type.Bytes) : Type.Operands(random, Inputs(rank), Operator);
    }

    public override string ToString() => $"{PlanLine} ({World} ranks)";

    private int Own(int rank) => Counts.Length == 1 ? Counts[0] : Counts[rank];

    private int All => Counts.Length == 1 ? Counts[0] * World : Counts.Sum();
}
