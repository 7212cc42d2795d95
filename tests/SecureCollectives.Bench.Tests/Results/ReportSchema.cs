using System.Text.Json;

namespace SecureCollectives.Bench.Tests.Results;

/// <summary>Checks schema 1 of the JSON report, on which readers rely: exactly these names, with these types.</summary>
internal static class ReportSchema
{
    private static readonly string[] Protections = ["plaintext", "tls", "aead", "tls+aead"];
    private static readonly string[] Transports = ["memory", "tcp", "grpc"];

    private static readonly (string Name, JsonValueKind[] Kinds)[] Row =
    [
        ("collective", [JsonValueKind.String]),
        ("transport", [JsonValueKind.String]),
        ("congestion", [JsonValueKind.String, JsonValueKind.Null]),
        ("setting", [JsonValueKind.String, JsonValueKind.Null]),
        ("protection", [JsonValueKind.String]),
        ("suite", [JsonValueKind.String, JsonValueKind.Null]),
        ("engine", [JsonValueKind.String]),
        ("worldSize", [JsonValueKind.Number]),
        ("bytes", [JsonValueKind.Number]),
        ("type", [JsonValueKind.String]),
        ("op", [JsonValueKind.String]),
        ("rounds", [JsonValueKind.Number]),
        ("timeUs", [JsonValueKind.Object]),
        ("algbwGBps", [JsonValueKind.Number]),
        ("busbwGBps", [JsonValueKind.Number]),
        ("wrong", [JsonValueKind.Number]),
        ("cpuSecondsPerGB", [JsonValueKind.Number]),
        ("pollSecondsPerGB", [JsonValueKind.Number]),
        ("wireBytesPerUsefulByte", [JsonValueKind.Number, JsonValueKind.Null]),
        ("penaltyPercent", [JsonValueKind.Object]),
        ("samplesUs", [JsonValueKind.Array]),
        ("medium", [JsonValueKind.String]),
        ("leftOutRounds", [JsonValueKind.Number]),
        ("samplesCoresNs", [JsonValueKind.Array]),
    ];

    public static void Check(JsonElement report)
    {
        Assert.Equal(["schema", "environment", "parameters", "rows"], report.EnumerateObject().Select(property => property.Name));
        Assert.Equal(1, report.GetProperty("schema").GetInt32());
        foreach (var row in report.GetProperty("rows").EnumerateArray())
        {
            Assert.Equal(Row.Select(field => field.Name), row.EnumerateObject().Select(property => property.Name));
            Assert.All(Row, field => Assert.Contains(row.GetProperty(field.Name).ValueKind, field.Kinds));
            Assert.Equal(["min", "median", "p99"], row.GetProperty("timeUs").EnumerateObject().Select(property => property.Name));
            Assert.Equal(["median", "low", "high"], row.GetProperty("penaltyPercent").EnumerateObject().Select(property => property.Name));
            Assert.Contains(row.GetProperty("protection").GetString(), Protections);
            Assert.Contains(row.GetProperty("transport").GetString(), Transports);
            Assert.All(row.GetProperty("samplesUs").EnumerateArray(), sample => Assert.True(sample.GetDouble() > 0));
        }
    }
}
