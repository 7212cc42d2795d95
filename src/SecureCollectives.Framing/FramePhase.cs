namespace SecureCollectives.Framing;

/// <summary>The part of a collective that a data frame belongs to.</summary>
internal enum FramePhase : byte
{
    /// <summary>Frames without data.</summary>
    None = 0,

    /// <summary>The payload is a partial result, to be reduced into the receiver's.</summary>
    ReduceScatter = 1,

    /// <summary>The payload is a final result, to be copied.</summary>
    AllGather = 2,
}
