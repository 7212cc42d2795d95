using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Events;

/// <summary>How events become lines of JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchEvent))]
internal sealed partial class EventContext : JsonSerializerContext;
