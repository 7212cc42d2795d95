using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Compare;

/// <summary>Fakes for comparisons without processes.</summary>
internal static class Fakes
{
    public static readonly Contender SlowPeer = new("slow", "Slow peer", "tcp", IsPeer: true);
    public static readonly Contender FastPeer = new("fast", "Fast peer", "tcp", IsPeer: true);
    public static readonly Contender MemoryPeer = new("memory-peer", "Memory peer", "memory", IsPeer: true);
    public static readonly Contender Ours = new("ours", "Ours", "tcp", IsPeer: false);
    public static readonly CompareCell Cell = new(ComparedCollective.AllReduce, 1 << 20);

    public static CompareOptions Options(int world = 2, long min = 1 << 20, long max = 1 << 20, int rounds = 8) =>
        new() { World = world, MinBytes = min, MaxBytes = max, Factor = 4, Rounds = rounds, Seed = 1 };

    /// <summary>Returns results with samples of one cell: one value per round for each contender.</summary>
    public static CompareResults Results(params (Contender Contender, double[] TimesUs)[] times)
    {
        var results = new CompareResults([.. times.Select(entry => entry.Contender)], [Cell]);
        foreach (var (contender, values) in times)
        {
            for (var round = 0; round < values.Length; round++)
            {
                results.Add(round, [new CompareSample(contender.Key, Cell, values[round], 0)], CoreState.Unknown);
            }
        }

        return results;
    }

    /// <summary>A pass that takes no time and returns the given samples.</summary>
    public sealed class Pass(Contender contender, Func<int, CompareSample> sample) : IContenderPass
    {
        public List<int> Rounds { get; } = [];

        public string Name => contender.Title;

        public IReadOnlyList<Contender> Contenders => [contender];

        public Task<IReadOnlyList<CompareSample>> RunAsync(int round, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Rounds.Add(round);
            return Task.FromResult<IReadOnlyList<CompareSample>>([sample(round)]);
        }
    }

    public sealed class NoProgress : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}
