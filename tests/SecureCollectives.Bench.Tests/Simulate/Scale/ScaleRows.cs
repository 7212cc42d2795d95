using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Simulate.Scale;

namespace SecureCollectives.Bench.Tests.Simulate.Scale;

/// <summary>Creates rows of made-up results.</summary>
internal static class ScaleRows
{
    public static ScaleRow Row(
        int world, long bytes, double ring, double? hierarchical, double? doubling = null, long rate = 10_000_000_000)
    {
        List<AlgorithmTimes> times = [Times(Algorithm.Ring, ring)];
        if (doubling is { } seconds)
        {
            times.Add(Times(Algorithm.RecursiveDoubling, seconds));
        }

        if (hierarchical is { } two)
        {
            times.Add(Times(Algorithm.HierarchicalRing, two));
        }

        return new ScaleRow(new ScaleCell(world, bytes, rate), bytes, times);
    }

    /// <summary>Returns times of the given seconds with protection and half as many without.</summary>
    private static AlgorithmTimes Times(Algorithm algorithm, double seconds) => new(algorithm, Run(seconds / 2), Run(seconds));

    private static SimulatedRun Run(double seconds) => new(seconds, 1, 1, seconds, seconds, 1);
}
