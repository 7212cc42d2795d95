namespace SecureCollectives.Bench.Events;

/// <summary>Says what is being measured.</summary>
/// <param name="Size">The index of the current size over all collectives, from 1.</param>
/// <param name="Sizes">The number of sizes over all collectives.</param>
/// <param name="Text">A description for the user.</param>
internal sealed record ProgressMade(int Size, int Sizes, string Text) : BenchEvent;
