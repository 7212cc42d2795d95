using System.Text.Json;
using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Compare;

/// <summary>A line of a peer's program: one sample, as bench/peers/measurement.cpp writes it.</summary>
internal sealed record PeerLine
{
    [JsonPropertyName("peer")]
    public required string Peer { get; init; }

    [JsonPropertyName("version")]
    public required string Version { get; init; }

    [JsonPropertyName("collective")]
    public required string Collective { get; init; }

    [JsonPropertyName("algorithm")]
    public required string Algorithm { get; init; }

    [JsonPropertyName("worldSize")]
    public required int WorldSize { get; init; }

    [JsonPropertyName("bytes")]
    public required long Bytes { get; init; }

    [JsonPropertyName("iterations")]
    public required long Iterations { get; init; }

    [JsonPropertyName("timeUs")]
    public required double TimeUs { get; init; }

    [JsonPropertyName("wrong")]
    public required long Wrong { get; init; }

    /// <summary>The samples in a program's output. Lines that are no JSON object are mpirun's and carry none.</summary>
    /// <exception cref="ContenderFailedException">A line is damaged, or describes another world than the one that was asked
    /// for.</exception>
    public static IReadOnlyList<PeerLine> ParseAll(string output, int worldSize)
    {
        var lines = new List<PeerLine>();
        foreach (var text in output.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (!text.StartsWith('{'))
            {
                continue;
            }

            var line = Parse(text);
            if (line.WorldSize != worldSize)
            {
                throw new ContenderFailedException($"it measured a world of {line.WorldSize} instead of {worldSize}");
            }

            lines.Add(line);
        }

        return lines;
    }

    private static PeerLine Parse(string text)
    {
        try
        {
            var line = JsonSerializer.Deserialize(text, PeerLineJson.Default.PeerLine);
            if (line is { TimeUs: > 0, Iterations: > 0, Wrong: >= 0 } && double.IsFinite(line.TimeUs))
            {
                return line;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new ContenderFailedException($"it printed what is no sample: '{text}'");
    }
}
