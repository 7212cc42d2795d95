using SecureCollectives.Bench.Parameters;

namespace SecureCollectives.Bench.Results;

/// <summary>The parameters of a run as reports show them.</summary>
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
    /// <summary>False if the run was interrupted or failed, so that rows are missing.</summary>
    public bool Completed { get; init; }

    /// <summary>
    /// The growth of a worker's resident memory, buffers excluded, from right after joining until a size has been measured: the maximum
    /// over all workers and sizes. Null if the run did not complete.
    /// </summary>
    public long? MemoryAboveJoinBytes { get; init; }

    /// <summary>How often the interval covers the true median, for each number of rounds that occurs in the rows.</summary>
    public IReadOnlyList<IntervalCoverage> IntervalCoverage { get; init; } = [];

    /// <param name="parameters">The parameters as requested.</param>
    /// <param name="worldSize">The number of ranks.</param>
    /// <param name="localWorldSize">Ranks on each host in a hierarchical ring; 1 for a flat ring.</param>
    /// <param name="channels">Channels of a communicator; twins of a setting may have a different number.</param>
    /// <param name="protections">The protections that are measured, without plaintext if it is not allowed.</param>
    /// <param name="seed">The seed that the ranks agreed on.</param>
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
