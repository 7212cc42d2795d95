using System.Text.Json.Serialization;
using SecureCollectives.Bench.Simulate.Fit;

namespace SecureCollectives.Bench.Simulate;

/// <summary>How parameters and the report become JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ParameterFile))]
[JsonSerializable(typeof(SimulateReport))]
internal sealed partial class SimulateJson : JsonSerializerContext;
