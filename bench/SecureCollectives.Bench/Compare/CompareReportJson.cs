using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Compare;

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(CompareReport))]
internal sealed partial class CompareReportJson : JsonSerializerContext;
