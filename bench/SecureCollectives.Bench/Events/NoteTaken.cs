namespace SecureCollectives.Bench.Events;

/// <summary>Something that a reader of the figures must know.</summary>
internal sealed record NoteTaken(string Text) : BenchEvent;
