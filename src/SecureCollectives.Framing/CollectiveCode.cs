namespace SecureCollectives.Framing;

/// <summary>The collective that a descriptor announces.</summary>
internal enum CollectiveCode : byte
{
    AllReduce = 1,
    AllGather = 2,
    Barrier = 3,
    ReduceScatter = 4,
    Gather = 5,
    Scatter = 6,
    AllToAll = 7,
    Broadcast = 8,
}
