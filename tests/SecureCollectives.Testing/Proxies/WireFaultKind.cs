namespace SecureCollectives.Testing.Proxies;

/// <summary>What somebody on the wire does to a connection.</summary>
internal enum WireFaultKind
{
    /// <summary>Ends both directions, as a middlebox does that shuts down.</summary>
    Close,

    /// <summary>Resets both ends.</summary>
    Reset,

    /// <summary>Ends one direction; what is sent in it from then on is lost. The other goes on.</summary>
    HalfClose,

    /// <summary>Flips one bit.</summary>
    Flip,

    /// <summary>Passes nothing on in one direction, and reads nothing, until it is told to go on.</summary>
    Stall,
}
