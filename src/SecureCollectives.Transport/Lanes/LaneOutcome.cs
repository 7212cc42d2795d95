namespace SecureCollectives.Transport.Lanes;

/// <summary>The result of one attempt to move bytes over a lane.</summary>
internal enum LaneOutcome
{
    /// <summary>At least one byte moved.</summary>
    Moved,

    /// <summary>Nothing can move now; wait for <see cref="Lane.Descriptor"/> or the loop's signal.</summary>
    WouldBlock,

    /// <summary>The peer closed its sending side after its last byte.</summary>
    Ended,

    /// <summary>The connection is gone: reset, cut, or failed by the network.</summary>
    Broken,

    /// <summary>
    /// The bytes that arrived are not the ones that the peer sent: the lane's own protection refused them. The lane delivers nothing more.
    /// </summary>
    Altered,
}
