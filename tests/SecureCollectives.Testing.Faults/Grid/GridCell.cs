using SecureCollectives.Testing.Faults.Jobs;

namespace SecureCollectives.Testing.Faults.Grid;

/// <summary>One worker, killed or stopped in one phase.</summary>
internal sealed record GridCell(GridPhase Phase, int Victim, int Signal)
{
    /// <summary>A killed process is detected within a second, and the verdict follows within two more.</summary>
    private static readonly TimeSpan KilledBound = TimeSpan.FromSeconds(3);

    /// <summary>A verdict takes at most two seconds.</summary>
    private static readonly TimeSpan VerdictBound = TimeSpan.FromSeconds(2);

    public bool IsKill => Signal == FaultedWorker.Kill;

    public string Name => $"{(IsKill ? "kill" : "stop")} rank {Victim}, {Phase}";

    /// <summary>Returns the time within which every survivor must fail, not counting stalls of the machine.</summary>
    public TimeSpan Bound(JobPlan plan) => (Phase, IsKill) switch
    {
        (GridPhase.Join, _) => plan.JoinTimeout + VerdictBound,
        (_, true) => KilledBound,
        (GridPhase.Opening, _) => plan.OpenTimeout + VerdictBound,
        _ => plan.OperationTimeout + VerdictBound,
    };

    /// <summary>Returns all cells for a world of the given size.</summary>
    public static IEnumerable<GridCell> All(int world) =>
        from phase in Enum.GetValues<GridPhase>()
        from signal in (int[])[FaultedWorker.Kill, FaultedWorker.Stop]
        from victim in Enumerable.Range(0, world)
        select new GridCell(phase, victim, signal);
}
