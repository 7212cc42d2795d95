namespace SecureCollectives.Testing.Faults.Grid;

/// <summary>What a job is at when one of its workers dies or stops.</summary>
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
