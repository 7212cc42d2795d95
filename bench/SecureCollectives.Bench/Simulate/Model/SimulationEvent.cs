namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>An event in simulated time.</summary>
/// <param name="Kind">The kind of event.</param>
/// <param name="Loop">The loop whose work ends.</param>
/// <param name="Frame">The frame that arrives.</param>
internal readonly record struct SimulationEvent(EventKind Kind, int Loop = -1, SimulatedFrame Frame = default);
