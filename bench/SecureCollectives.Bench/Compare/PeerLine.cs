using System.Text.Json;
using System.Text.Json.Serialization;

namespace SecureCollectives.Bench.Compare;

/// <summary>One sample: a line of a peer program's output, as bench/peers/measurement.cpp writes it.</summary>
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

    /// <summary>Returns the samples in a program's output. Lines that are not JSON objects come from mpirun and are skipped.</summary>
    /// <exception cref="ContenderFailedException">A line is malformed, or describes a world of a different size.</exception>
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
            // Reported below.
        }

        throw new ContenderFailedException($"it printed a line that is not a sample: '{text}'");
    }
}
