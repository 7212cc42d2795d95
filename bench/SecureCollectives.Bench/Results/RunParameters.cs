using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Results;

/// <summary>What was measured, as reports say it.</summary>
internal sealed record RunParameters(
    int WorldSize,
    int LocalWorldSize,
    int Channels,
    IReadOnlyList<string> Collectives,
    long MinBytes,
    long MaxBytes,
    int Factor,
    IReadOnlyList<string> Transports,
    IReadOnlyList<string> Protections,
    IReadOnlyList<string> Suites,
    IReadOnlyList<string> Congestion,
    IReadOnlyList<string> Settings,
    int? Rounds,
    string? LineRate,
    int Seed,
    bool PlantWrong,
    int? PlantDelayMicroseconds)
{
    /// <summary>False where the run was interrupted or failed: rows are missing.</summary>
    public bool Completed { get; init; }

    /// <summary>
    /// Resident memory at the end of a size, above that when the worker had just joined, without the buffers: of the worker and the size
    /// with the most. Null where the run did not complete.
    /// </summary>
    public long? MemoryAboveJoinBytes { get; init; }

    /// <summary>How often the interval of so many rounds covers the true median, for each number of rounds that rows have.</summary>
    public IReadOnlyList<IntervalCoverage> IntervalCoverage { get; init; } = [];

    /// <param name="parameters">As asked for.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="localWorldSize">Ranks of each host where the ring is hierarchical; 1 where it has one.</param>
    /// <param name="channels">Channels of a communicator; twins of a setting may have others.</param>
    /// <param name="protections">Those that are measured: without permission plaintext is not.</param>
    /// <param name="seed">As agreed on.</param>
    public static RunParameters Of(
        BenchParameters parameters, int worldSize, int localWorldSize, int channels, IReadOnlyList<string> protections, int seed) => new(
        worldSize,
        localWorldSize,
        channels,
        parameters.Collectives,
        parameters.MinBytes,
        parameters.MaxBytes,
        parameters.Factor,
        parameters.Transports,
        protections,
        parameters.Suites,
        parameters.Congestion,
        parameters.Settings,
        parameters.Rounds,
        parameters.LineRate is { } rate ? BitRate.Describe(rate) : null,
        seed,
        parameters.PlantWrong,
        parameters.PlantDelayMicroseconds);
}
