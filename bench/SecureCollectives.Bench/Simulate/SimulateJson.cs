using System.Text.Json.Serialization;
using SecureCollectives.Bench.Simulate.Fit;

namespace SecureCollectives.Bench.Simulate;

/// <summary>Serializes the parameters and the report to JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ParameterFile))]
[JsonSerializable(typeof(SimulateReport))]
internal sealed partial class SimulateJson : JsonSerializerContext;
