namespace SecureCollectives.Faults;

/// <summary>Whether a rank takes another for the arbiter.</summary>
internal enum ArbiterStanding
{
    /// <summary>A lower rank has been asked whether it is there, and may still answer.</summary>
    Open,

    /// <summary>It is the lowest rank within reach.</summary>
    Believed,

    /// <summary>A lower rank is within reach.</summary>
    Refused,
}
