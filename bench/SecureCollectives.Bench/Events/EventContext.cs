using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Events;

/// <summary>Serializes events to JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchEvent))]
internal sealed partial class EventContext : JsonSerializerContext;
