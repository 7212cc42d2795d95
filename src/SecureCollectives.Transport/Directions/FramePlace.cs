namespace SecureCollectives.Transport.Directions;

/// <summary>Where a frame stands that has just arrived.</summary>
internal enum FramePlace : byte
{
    /// <summary>Nowhere: it is refused.</summary>
    None,

    /// <summary>It is due, or a message that is kept until it is.</summary>
    Now,

    /// <summary>
    /// The peer is ahead, at a later operation or with data whose operand is not there yet: it is left in the lane until this rank has come
    /// so far.
    /// </summary>
    Later,
}
