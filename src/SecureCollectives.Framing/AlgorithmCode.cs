namespace SecureCollectives.Framing;

/// <summary>The algorithm that a descriptor announces.</summary>
internal enum AlgorithmCode : byte
{
    Ring = 1,

    /// <summary>Recursive doubling, for small operations: each step is one <see cref="FrameKind.Message"/> to one peer.</summary>
    RecursiveDoubling = 2,

    /// <summary>A ring in each host and rings between hosts.</summary>
    TwoLevelRing = 3,
}
