namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>What was measured of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Seconds">The median over the batches of the time of an operation.</param>
internal sealed record LocalTime(LocalCase Case, double Seconds);
