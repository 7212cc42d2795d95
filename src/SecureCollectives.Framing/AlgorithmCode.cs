namespace SecureCollectives.Framing;

/// <summary>The algorithm that a descriptor announces.</summary>
internal enum AlgorithmCode : byte
{
    Ring = 1,

    /// <summary>Recursive doubling, for small operations: each step is one <see cref="FrameKind.Message"/> to one peer.</summary>
    RecursiveDoubling = 2,

    /// <summary>A ring within each host and rings between hosts.</summary>
    HierarchicalRing = 3,

    /// <summary>Each rank sends blocks straight to their destinations.</summary>
    Exchange = 4,

    /// <summary>Each rank forwards to the next, chunk by chunk.</summary>
    Chain = 5,

    /// <summary>Each rank sends small blocks straight to their destinations, each as a <see cref="FrameKind.Message"/>.</summary>
    MessageExchange = 6,

    /// <summary>A binomial tree, for small operations: each edge carries one <see cref="FrameKind.Message"/>.</summary>
    Tree = 7,

    /// <summary>One rank sends to another.</summary>
    Direct = 8,
}
