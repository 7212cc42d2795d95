namespace SecureCollectives.Transport.Lanes;

/// <summary>What one attempt to move bytes over a lane came to.</summary>
internal enum LaneOutcome
{
    /// <summary>At least one byte moved.</summary>
    Moved,

    /// <summary>Nothing can move now; wait for what <see cref="Lane.Descriptor"/> says.</summary>
    WouldBlock,

    /// <summary>The peer closed its sending side after its last byte.</summary>
    Ended,

    /// <summary>The connection is gone: reset, cut, or failed by the network.</summary>
    Broken,

    /// <summary>What arrived is not what the peer sent: the lane's own protection refused it, and gives nothing from now on.</summary>
    Altered,
}
