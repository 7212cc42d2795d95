using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>What an arbiter knows about a rank.</summary>
/// <param name="Presence">Whether the rank's process has answered.</param>
/// <param name="Wait">
/// What its communicator is waiting for; null if this is unknown, or if the rank does not have this communicator open.
/// </param>
/// <param name="Report">Its report, if its communicator has failed on its own; otherwise null.</param>
internal sealed record RankView(Presence Presence, LoopWait? Wait = null, FaultReport? Report = null)
{
    public static RankView Unknown { get; } = new(Presence.Asked);

    /// <summary>Whether its process is not answering.</summary>
    public bool IsAbsent => Presence is Presence.Silent or Presence.Gone;

    /// <summary>What it is waiting for, or was waiting for when it failed.</summary>
    public LoopWait? LastWait => Report?.Wait ?? Wait;
}
