using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Compare;

[JsonSerializable(typeof(PeerLine))]
internal sealed partial class PeerLineJson : JsonSerializerContext;
