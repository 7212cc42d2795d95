namespace SecureCollectives.Tests.Simulation;

public enum FaultKind
{
    /// <summary>Kill -9: the process is gone, its connections end, and its ports refuse connections.</summary>
    Killed,

    /// <summary>SIGSTOP: connections stay open, but nothing answers.</summary>
    Frozen,
}
