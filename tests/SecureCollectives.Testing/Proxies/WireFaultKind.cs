namespace SecureCollectives.Testing.Proxies;

/// <summary>The action of an attacker on the wire against a connection.</summary>
internal enum WireFaultKind
{
    /// <summary>Ends both directions, as a middlebox that shuts down does.</summary>
    Close,

    /// <summary>Resets both ends.</summary>
    Reset,

    /// <summary>Ends one direction and discards everything sent in it from then on. The other direction continues.</summary>
    HalfClose,

    /// <summary>Flips one bit.</summary>
    Flip,

    /// <summary>Stops reading and forwarding in one direction until that direction is resumed.</summary>
    Stall,
}
