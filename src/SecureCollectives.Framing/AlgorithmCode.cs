namespace SecureCollectives.Framing;

/// <summary>The algorithm that a descriptor announces.</summary>
internal enum AlgorithmCode : byte
{
    Ring = 1,

    /// <summary>Recursive doubling, for small operations: each step is one <see cref="FrameKind.Message"/> to one peer.</summary>
    RecursiveDoubling = 2,

    /// <summary>A ring in each host and rings between hosts.</summary>
    HierarchicalRing = 3,

    /// <summary>Blocks from each rank straight to those that they are for.</summary>
    Exchange = 4,

    /// <summary>From each rank to the next, chunk by chunk.</summary>
    Chain = 5,

    /// <summary>Small blocks from each rank straight to those that they are for, each a <see cref="FrameKind.Message"/>.</summary>
    MessageExchange = 6,

    /// <summary>A binomial tree, for small operations: each edge carries one <see cref="FrameKind.Message"/>.</summary>
    Tree = 7,

    /// <summary>From one rank to one other.</summary>
    Direct = 8,
}
