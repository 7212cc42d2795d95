namespace SecureCollectives.Tests.Simulation;

/// <summary>A fault that is planted in a simulated world, to show that the simulation would find it.</summary>
public enum Bug
{
    None,

    /// <summary>A new link goes on one frame later than the peer has applied.</summary>
    ResumesLate,

    /// <summary>A new link goes on one frame earlier.</summary>
    ResumesEarly,

    /// <summary>A new link has the keys of the one before it, and its counters begin again.</summary>
    ReusesCounters,

    /// <summary>What the peer has applied since its last acknowledgement is forgotten.</summary>
    LosesPosition,

    /// <summary>A rank goes on receiving over the old link after it has said how far it has come.</summary>
    KeepsOldOpener,

    /// <summary>Positions are not bound to their lanes: somebody on the way swaps them.</summary>
    PositionsAreNotBound,
}
