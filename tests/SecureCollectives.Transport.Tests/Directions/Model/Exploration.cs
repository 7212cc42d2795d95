namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>What came of exploring a scenario.</summary>
/// <param name="States">States that differ.</param>
/// <param name="Ends">Of these, those in which both ranks have finished.</param>
/// <param name="Sight">What was come by.</param>
/// <param name="Violation">What was found that must not be, with the way to it; null where nothing was.</param>
internal sealed record Exploration(int States, int Ends, Sight Sight, string? Violation);
