namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>The calls that Open MPI has too. Their names in lower case are what its program knows them by.</summary>
internal enum OracleCall
{
    AllReduce,
    Reduce,
    ReduceScatter,
    ReduceScatterV,
    Broadcast,
    Gather,
    GatherV,
    Scatter,
    ScatterV,
    AllGather,
    AllGatherV,
    AllToAll,
    AllToAllV,
}
