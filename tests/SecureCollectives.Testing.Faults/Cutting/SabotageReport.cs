using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>The results of a job whose connections were sabotaged.</summary>
internal sealed record SabotageReport
{
    public required string Combination { get; init; }

    /// <summary>The number of faults that happened.</summary>
    public int Faults { get; init; }

    /// <summary>Faults that went unnoticed: the result was right and no link was replaced.</summary>
    public int Unnoticed { get; init; }

    /// <summary>Faults after which the calls failed and named a culprit.</summary>
    public int Failed { get; init; }

    /// <summary>Healed links, counted at both ends.</summary>
    public long Heals { get; init; }

    /// <summary>Collective calls; a call of all ranks counts once.</summary>
    public int Operations { get; init; }

    /// <summary>Durations of operations without a fault, in ascending order.</summary>
    public required IReadOnlyList<TimeSpan> Calm { get; init; }

    /// <summary>Durations of operations with a fault, in ascending order.</summary>
    public required IReadOnlyList<TimeSpan> Struck { get; init; }

    public ResourceUse? Before { get; init; }

    public ResourceUse? After { get; init; }

    /// <summary>What went wrong, in words; empty if nothing did.</summary>
    public required IReadOnlyList<string> Complaints { get; init; }
}
