namespace SecureCollectives.Bench.Tests.Oracle;

/// <summary>The calls that Open MPI also has. The Open MPI program knows them by these names in lower case.</summary>
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
