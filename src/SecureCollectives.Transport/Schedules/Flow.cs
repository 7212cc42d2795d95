namespace SecureCollectives.Transport.Schedules;

/// <summary>
/// All transfers of an operation between this rank and one peer, in one direction. They have positions 0 to <paramref name="Count"/> - 1;
/// position p travels on lane p modulo the number of lanes, each lane in ascending order. Lanes that no position falls on take no part in
/// the operation, but for lane 0.
/// </summary>
/// <param name="Peer">The other rank.</param>
/// <param name="Count">Number of transfers.</param>
internal readonly record struct Flow(int Peer, long Count);
