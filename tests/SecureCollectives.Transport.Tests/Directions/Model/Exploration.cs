namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>The result of exploring a scenario.</summary>
/// <param name="States">The number of distinct states.</param>
/// <param name="Ends">The number of those in which both ranks have finished.</param>
/// <param name="Sight">What the exploration encountered.</param>
/// <param name="Violation">The violation that was found, with the actions that lead to it; null if there was none.</param>
internal sealed record Exploration(int States, int Ends, Sight Sight, string? Violation);
