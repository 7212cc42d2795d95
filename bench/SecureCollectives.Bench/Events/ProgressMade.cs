namespace SecureCollectives.Bench.Events;

/// <summary>What is being measured.</summary>
/// <param name="Size">The number of the size that is being measured, from 1, over all collectives.</param>
/// <param name="Sizes">How many there are.</param>
/// <param name="Text">In words.</param>
internal sealed record ProgressMade(int Size, int Sizes, string Text) : BenchEvent;
