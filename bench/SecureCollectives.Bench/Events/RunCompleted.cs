namespace SecureCollectives.Bench.Events;

/// <summary>Everything was measured.</summary>
internal sealed record RunCompleted : BenchEvent;
