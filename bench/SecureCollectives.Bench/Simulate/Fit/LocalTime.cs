namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>What was measured of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Seconds">Of an operation in the best batch: whatever else the machine does adds to a batch, and the model knows nothing of it.</param>
internal sealed record LocalTime(LocalCase Case, double Seconds);
