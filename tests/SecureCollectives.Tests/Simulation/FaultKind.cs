namespace SecureCollectives.Tests.Simulation;

public enum FaultKind
{
    /// <summary>Kill -9: the process is gone, its connections end, its ports refuse.</summary>
    Killed,

    /// <summary>SIGSTOP: connections stay, and nothing answers.</summary>
    Frozen,
}
