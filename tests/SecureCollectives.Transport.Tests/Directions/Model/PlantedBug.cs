namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>
/// A fault that is planted in the model, to show that the exploration would find it. Each is made around the product's state machines, not
/// in them.
/// </summary>
public enum PlantedBug
{
    None,

    /// <summary>A new link goes on one frame later than the peer has applied.</summary>
    ResumesLate,

    /// <summary>A new link goes on one frame earlier.</summary>
    ResumesEarly,

    /// <summary>What the peer has applied since its last acknowledgement is forgotten.</summary>
    LosesPosition,

    /// <summary>When a link ends, all that was sent over it counts as acknowledged.</summary>
    TakesLostForAcknowledged,

    /// <summary>A rank acknowledges one frame more than it has applied.</summary>
    AcknowledgesTooMuch,

    /// <summary>A message leaves the copies that are kept one acknowledgement too soon.</summary>
    ReleasesTooMuch,

    /// <summary>A new link has the keys of the one before it, and its counters begin again.</summary>
    ReusesKeys,

    /// <summary>A rank goes on sealing for the new link as it did for the old one.</summary>
    KeepsOldSealer,

    /// <summary>A rank goes on receiving over the old link after it has said how far it has come.</summary>
    KeepsOldOpener,

    /// <summary>A message that came before its step outlives its link.</summary>
    KeepsEarlyMessage,

    /// <summary>Positions are not bound to their lanes: somebody on the way swaps them.</summary>
    SwapsPositions,
}
