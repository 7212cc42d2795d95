namespace SecureCollectives.Transport.Loops;

/// <summary>Where a frame stands that has just arrived.</summary>
internal enum FramePlace : byte
{
    /// <summary>Nowhere: it is refused.</summary>
    None,

    /// <summary>It is due.</summary>
    Now,

    /// <summary>The peer is ahead: it is left in the lane until this rank has come so far.</summary>
    Later,
}
