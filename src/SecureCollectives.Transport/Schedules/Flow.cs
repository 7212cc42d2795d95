namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// All transfers of an operation between this rank and one peer in one direction, at positions 0 to <paramref name="Count"/> - 1. Position
/// p travels on lane p modulo the number of lanes; each lane carries its positions in ascending order. A lane without a position takes no
/// part in the operation, except lane 0, which always does.
/// </summary>
/// <param name="Peer">The peer's rank; in a schedule that a loop runs, its rank in the job.</param>
/// <param name="Count">The number of transfers, including transfers of empty data, which are never sent.</param>
internal readonly record struct Flow(int Peer, long Count);
