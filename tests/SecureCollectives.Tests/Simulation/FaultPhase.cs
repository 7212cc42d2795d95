namespace SecureCollectives.Tests.Simulation;

/// <summary>The phase that a rank is in when a fault strikes it.</summary>
public enum FaultPhase
{
    ReduceScatter,
    AllGather,
    Barrier,

    /// <summary>Between two operations.</summary>
    Idle,

    /// <summary>One of the rank's links has been given up, and its replacement is not yet attached at both ends.</summary>
    Replacing,
}
