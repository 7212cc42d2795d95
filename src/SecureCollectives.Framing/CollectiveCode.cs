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

    /// <summary>The variants in which the ranks contribute or receive different numbers of elements.</summary>
    AllGatherV = 10,
    ReduceScatterV = 11,
    GatherV = 12,
    ScatterV = 13,
    AllToAllV = 14,

    /// <summary>Point-to-point, from one rank to another.</summary>
    Send = 15,

    /// <summary>An <see cref="Framing.Envelope"/>, which lets two ranks match their Send and Receive calls.</summary>
    Envelope = 16,
}
