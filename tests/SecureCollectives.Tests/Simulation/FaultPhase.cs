namespace SecureCollectives.Tests.Simulation;

/// <summary>What a rank is at when a fault strikes it.</summary>
public enum FaultPhase
{
    ReduceScatter,
    AllGather,
    Barrier,

    /// <summary>Between two operations.</summary>
    Idle,

    /// <summary>A link of the rank is given up, and the one that takes its place is not attached at both ends yet.</summary>
    Replacing,
}
