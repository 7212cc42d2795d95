namespace SecureCollectives.Faults;

/// <summary>Whether a rank's process lives, as an arbiter has found.</summary>
internal enum Presence
{
    /// <summary>It was asked and has not answered yet.</summary>
    Asked,

    /// <summary>It has answered.</summary>
    Present,

    /// <summary>It was there, but has not answered in time: stopped, or cut off.</summary>
    Silent,

    /// <summary>Its process has ended: its connection is closed, and another is refused.</summary>
    Gone,
}
