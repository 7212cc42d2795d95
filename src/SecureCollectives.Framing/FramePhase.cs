namespace SecureCollectives.Framing;

/// <summary>The phase of a collective to which a data frame belongs.</summary>
internal enum FramePhase : byte
{
    /// <summary>No phase: frames without data.</summary>
    None = 0,

    /// <summary>The payload is a partial result to reduce into the receiver's.</summary>
    ReduceScatter = 1,

    /// <summary>The payload is a final result to copy.</summary>
    AllGather = 2,
}
