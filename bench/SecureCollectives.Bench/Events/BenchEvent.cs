using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Events;

/// <summary>An event that rank 0 reports. A worker sends it to its parent as one line of JSON.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(RunStarted), "started")]
[JsonDerivedType(typeof(NoteTaken), "note")]
[JsonDerivedType(typeof(ProgressMade), "progress")]
[JsonDerivedType(typeof(RowMeasured), "row")]
[JsonDerivedType(typeof(RunCompleted), "completed")]
internal abstract record BenchEvent;
