using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Events;

/// <summary>All communicators are open.</summary>
internal sealed record RunStarted(MachineDescription Machine, RunParameters Parameters) : BenchEvent;
