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
    Reduce = 9,

    /// <summary>The forms in which ranks bring or get unequally many elements.</summary>
    AllGatherV = 10,
    ReduceScatterV = 11,
    GatherV = 12,
    ScatterV = 13,
    AllToAllV = 14,

    /// <summary>From one rank to another.</summary>
    Send = 15,

    /// <summary>What two ranks tell each other of their calls of Send and Receive.</summary>
    Envelope = 16,
}
