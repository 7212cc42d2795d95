namespace SecureCollectives.Bench.Events;

/// <summary>Everything was measured.</summary>
/// <param name="MemoryAboveJoinBytes">What any worker had at most beside its buffers, above what it had when it had just joined.</param>
/// <param name="Communicators">How many were open meanwhile.</param>
internal sealed record RunCompleted(long MemoryAboveJoinBytes, int Communicators) : BenchEvent;
