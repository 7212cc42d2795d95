using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Results;

/// <summary>How the report becomes JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(JsonReport))]
internal sealed partial class ReportContext : JsonSerializerContext;
