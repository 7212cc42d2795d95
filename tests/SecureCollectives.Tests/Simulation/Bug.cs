namespace SecureCollectives.Tests.Simulation;

/// <summary>A bug planted in a simulated world, to prove that the simulation finds it.</summary>
public enum Bug
{
    None,

    /// <summary>A new link resumes one frame after the position that the peer has applied.</summary>
    ResumesLate,

    /// <summary>A new link resumes one frame before that position.</summary>
    ResumesEarly,

    /// <summary>A new link reuses the keys of the previous link, with its counters restarted at 0.</summary>
    ReusesCounters,

    /// <summary>A new link resumes at the last acknowledgement, and ignores everything that the peer has applied since.</summary>
    LosesPosition,

    /// <summary>A rank continues to receive over the old link after it has reported its positions.</summary>
    KeepsOldOpener,

    /// <summary>Positions are not bound to their lanes: an attacker on the path swaps them.</summary>
    PositionsAreNotBound,
}
