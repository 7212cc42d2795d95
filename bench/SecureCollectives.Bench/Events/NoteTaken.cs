namespace SecureCollectives.Bench.Events;

/// <summary>A remark that readers of the figures need.</summary>
internal sealed record NoteTaken(string Text) : BenchEvent;
