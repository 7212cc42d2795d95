namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>Something that happens at a point in time.</summary>
/// <param name="Kind">What.</param>
/// <param name="Loop">Whose work ends.</param>
/// <param name="Frame">What arrives.</param>
internal readonly record struct SimulationEvent(EventKind Kind, int Loop = -1, SimulatedFrame Frame = default);
