namespace SecureCollectives.Transport.Loops;

/// <summary>Where a frame stands that has just arrived.</summary>
internal enum FramePlace : byte
{
    /// <summary>Nowhere: it is refused.</summary>
    None,

    /// <summary>It is due, or a message that is kept until it is, or data that is passed over while a time-out is settled.</summary>
    Now,

    /// <summary>
    /// The peer is ahead, at a later operation or with data whose operand is not there yet: it is left in the lane until this rank has come so far.
    /// </summary>
    Later,
}
