using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Results;

/// <summary>Serializes the report to JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(JsonReport))]
internal sealed partial class ReportContext : JsonSerializerContext;
