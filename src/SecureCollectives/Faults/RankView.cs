using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Faults;

/// <summary>What an arbiter knows of a rank.</summary>
/// <param name="Presence">Whether it lives.</param>
/// <param name="Wait">What its communicator waits for; null where it did not say, or has no such communicator open.</param>
/// <param name="Report">Its report, where its communicator has failed by itself.</param>
internal sealed record RankView(Presence Presence, LoopWait? Wait = null, FaultReport? Report = null)
{
    public static RankView Unknown { get; } = new(Presence.Asked);

    /// <summary>Whether its process does not answer.</summary>
    public bool IsAbsent => Presence is Presence.Silent or Presence.Gone;

    /// <summary>What it waits for, or waited for when it failed.</summary>
    public LoopWait? LastWait => Report?.Wait ?? Wait;
}
