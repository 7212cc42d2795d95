namespace SecureCollectives.Faults;

/// <summary>Whether a rank accepts another as the arbiter.</summary>
internal enum ArbiterStanding
{
    /// <summary>Undecided: a lower rank has been probed and may still answer.</summary>
    Open,

    /// <summary>Accepted: it is the lowest reachable rank.</summary>
    Believed,

    /// <summary>Refused: a lower rank is reachable.</summary>
    Refused,
}
