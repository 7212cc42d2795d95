namespace SecureCollectives.Testing.Faults.Grid;

/// <summary>The phase in which one of a job's workers dies or stops.</summary>
internal enum GridPhase
{
    Join,
    Opening,
    ReduceScatter,
    AllGather,
    Barrier,
    Idle,
    Replacing,
}
