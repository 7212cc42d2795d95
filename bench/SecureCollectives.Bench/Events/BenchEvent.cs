using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Events;

/// <summary>What rank 0 tells whoever reports: one line of JSON each on its way from a worker to its parent.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(RunStarted), "started")]
[JsonDerivedType(typeof(NoteTaken), "note")]
[JsonDerivedType(typeof(ProgressMade), "progress")]
[JsonDerivedType(typeof(RowMeasured), "row")]
[JsonDerivedType(typeof(RunCompleted), "completed")]
internal abstract record BenchEvent;
