using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>What a job went through while somebody sat on its wires.</summary>
internal sealed record SabotageReport
{
    public required string Combination { get; init; }

    /// <summary>Faults that happened.</summary>
    public int Faults { get; init; }

    /// <summary>Of them, those that nobody noticed: the result was right and no link was replaced.</summary>
    public int Unnoticed { get; init; }

    /// <summary>Of them, those after which the calls failed by name.</summary>
    public int Failed { get; init; }

    /// <summary>Links that were healed, counted at both ends.</summary>
    public long Heals { get; init; }

    /// <summary>Collective calls of all ranks together.</summary>
    public int Operations { get; init; }

    /// <summary>How long operations without a fault took, in ascending order.</summary>
    public required IReadOnlyList<TimeSpan> Calm { get; init; }

    /// <summary>How long those with one took.</summary>
    public required IReadOnlyList<TimeSpan> Struck { get; init; }

    public ResourceUse? Before { get; init; }

    public ResourceUse? After { get; init; }

    /// <summary>What should not be, in words; empty where all is well.</summary>
    public required IReadOnlyList<string> Complaints { get; init; }
}
