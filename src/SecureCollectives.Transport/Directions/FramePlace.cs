namespace SecureCollectives.Transport.Directions;

/// <summary>What to do with a frame that has just arrived.</summary>
internal enum FramePlace : byte
{
    /// <summary>Refuse it.</summary>
    None,

    /// <summary>Process it now: it is due, or it is a message to keep until it is due.</summary>
    Now,

    /// <summary>
    /// Leave it in the lane for now. The peer is ahead: it is at a later operation, or has sent data whose operand is not available yet.
    /// </summary>
    Later,
}
