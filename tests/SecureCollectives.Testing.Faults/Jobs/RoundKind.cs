namespace SecureCollectives.Testing.Faults.Jobs;

/// <summary>What workers call in each round.</summary>
internal enum RoundKind
{
    /// <summary>AllReduce and AllGather in turn.</summary>
    Rings,

    /// <summary>Every collective in turn, Send and Receive, and an AllReduce within the even and within the odd ranks.</summary>
    Family,
}
