namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>
/// A bug planted in the model, to show that the exploration would find it. Each is added around the product's state machines, not inside
/// them.
/// </summary>
public enum PlantedBug
{
    None,

    /// <summary>A new link resumes one frame after the peer's applied position.</summary>
    ResumesLate,

    /// <summary>A new link resumes one frame before that position.</summary>
    ResumesEarly,

    /// <summary>Steps that the peer has applied since its last acknowledgement are forgotten.</summary>
    LosesPosition,

    /// <summary>When a link ends, everything sent over it counts as acknowledged.</summary>
    TakesLostForAcknowledged,

    /// <summary>A rank acknowledges one frame more than it has applied.</summary>
    AcknowledgesTooMuch,

    /// <summary>A kept copy of a message is released one acknowledgement too early.</summary>
    ReleasesTooMuch,

    /// <summary>A new link reuses the keys of the previous one, with counters from 0.</summary>
    ReusesKeys,

    /// <summary>A rank continues to seal with the old link's sealer.</summary>
    KeepsOldSealer,

    /// <summary>A rank continues to receive over the old link after it has reported its positions.</summary>
    KeepsOldOpener,

    /// <summary>A message that arrived before its step outlives its link.</summary>
    KeepsEarlyMessage,

    /// <summary>Positions are not bound to their lanes: an attacker swaps them.</summary>
    SwapsPositions,
}
