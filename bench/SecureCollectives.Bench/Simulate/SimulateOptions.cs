using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate;

/// <summary>Validated options of <c>simulate</c>: the clusters to simulate.</summary>
internal sealed record SimulateOptions
{
    private const double BitsPerByte = 8;
    private const double MicrosecondsPerSecond = 1e6;

    public IReadOnlyList<int> Worlds { get; init; } = [16, 64, 256, 1024, 4096];

    public IReadOnlyList<long> Sizes { get; init; } = [64L << 10, 1L << 20, 16L << 20, 256L << 20];

    /// <summary>Rates of each host's interface, in bits per second.</summary>
    public IReadOnlyList<long> Rates { get; init; } = [10_000_000_000, 100_000_000_000, 400_000_000_000];

    /// <summary>Ranks on each host. Each rank has its own core for each channel.</summary>
    public int LocalWorldSize { get; init; } = 8;

    /// <summary>Channels of each rank.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>One-way latency between two hosts.</summary>
    public int LatencyMicroseconds { get; init; } = 10;

    /// <exception cref="CommandFailureException">A world cannot be divided among identical hosts.</exception>
    public void Require()
    {
        if (Worlds.FirstOrDefault(world => world % LocalWorldSize != 0) is var world and > 0)
        {
            throw new CommandFailureException(ExitCode.Usage,
                $"a world of {world} cannot be spread over hosts of --local-world-size {LocalWorldSize} ranks each: "
                    + "choose multiples of that number.");
        }
    }

    /// <summary>The cores of each rank, in words, for a table.</summary>
    public string Cores => Channels == 1 ? "a core of its own" : $"{Channels} cores of its own";

    public Cluster ClusterAt(long bitsPerSecond) => ClusterAt(bitsPerSecond, Channels);

    public Cluster ClusterAt(long bitsPerSecond, int channels) =>
        new(LocalWorldSize, LocalWorldSize * channels, new Wire(LatencyMicroseconds / MicrosecondsPerSecond, bitsPerSecond / BitsPerByte));

    /// <summary>
    /// Returns the simulated size: rounded up to a whole number of elements for each rank, so that all ranks have the same work.
    /// </summary>
    public static long WholeShards(long bytes, int world)
    {
        var unit = (long)BenchParameters.ElementBytes * world;
        return (bytes + unit - 1) / unit * unit;
    }
}
