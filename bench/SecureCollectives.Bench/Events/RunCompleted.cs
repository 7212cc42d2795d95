namespace SecureCollectives.Bench.Events;

/// <summary>The run is complete.</summary>
/// <param name="MemoryAboveJoinBytes">The largest growth of any worker's resident memory since it joined, buffers excluded.</param>
/// <param name="Communicators">The number of communicators that were open.</param>
internal sealed record RunCompleted(long MemoryAboveJoinBytes, int Communicators) : BenchEvent;
