using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Events;

/// <summary>A row is complete.</summary>
internal sealed record RowMeasured(ResultRow Row) : BenchEvent;
