namespace SecureCollectives.Faults;

/// <summary>Whether a rank's process is alive, as far as an arbiter knows.</summary>
internal enum Presence
{
    /// <summary>It was asked and has not answered yet.</summary>
    Asked,

    /// <summary>It has answered.</summary>
    Present,

    /// <summary>It has not answered in time: it has stopped or is cut off.</summary>
    Silent,

    /// <summary>Its process has ended: its connection is closed, and a new one is refused.</summary>
    Gone,
}
