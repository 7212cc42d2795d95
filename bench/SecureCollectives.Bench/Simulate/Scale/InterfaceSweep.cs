using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Collectives;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>
/// Finds how many cores fill a host's network interface, by simulating an AllReduce between a few hosts with an increasing number of
/// channels. The buffer is so large that its first and last bytes hardly matter.
/// </summary>
internal sealed class InterfaceSweep(SimulateOptions options, ModelParameters parameters)
{
    /// <summary>A load above this counts as full: the interface is partly idle during the first and last bytes of an operation.</summary>
    public const double Full = 0.9;

    public const int Hosts = 8;
    public const long Bytes = 1L << 30;

    private static readonly long[] Rates = [25_000_000_000, 100_000_000_000, 400_000_000_000];
    private static readonly int[] Channels = [1, 2, 4, 8, 16];

    public IReadOnlyList<InterfaceNeed> Run(CancellationToken cancellationToken)
    {
        var needs = new List<InterfaceNeed>();
        foreach (var isSealed in new[] { false, true })
        {
            // The same world serves all rates. Try more channels only for the rates that fewer channels did not fill.
            foreach (var channels in Channels)
            {
                var open = Rates.Where(
                    rate => !needs.Exists(need => need.IsFull && need.IsSealed == isSealed && need.BitsPerSecond == rate)).ToArray();
                if (open.Length == 0)
                {
                    break;
                }

                var world = WorldOf(channels, isSealed, cancellationToken);
                needs.AddRange(open.Select(rate => Need(
                    rate, isSealed, channels,
                        Simulation.Run(world, options.ClusterAt(rate, channels), parameters, isSealed, cancellationToken))));
            }
        }

        return
        [
            .. needs.GroupBy(need => (need.BitsPerSecond, need.IsSealed))
                .Select(tried => tried.MaxBy(need => (need.IsFull, need.Load))!)
                .OrderBy(need => (need.BitsPerSecond, need.IsSealed)),
        ];
    }

    private InterfaceNeed Need(long rate, bool isSealed, int channels, SimulatedRun run)
    {
        var load = run.WireSeconds / run.Seconds;
        return new InterfaceNeed(
            rate, isSealed, run.HostCoreSeconds / run.WireSeconds, channels, channels * options.LocalWorldSize, load, load >= Full);
    }

    private SimulatedWorld WorldOf(int channels, bool isSealed, CancellationToken cancellationToken)
    {
        var world = Hosts * options.LocalWorldSize;
        var bytes = SimulateOptions.WholeShards(Bytes, world);
        var algorithm = HierarchicalShape.IsPossible(world, options.LocalWorldSize) ? Algorithm.HierarchicalRing : Algorithm.Ring;
        return new SimulatedWorld(world, Symmetry.PeriodOf(world, options.LocalWorldSize, SchedulesOf, cancellationToken), SchedulesOf);

        Schedule[] SchedulesOf(int rank) => algorithm.SchedulesOf(rank, world, options.LocalWorldSize, bytes, isSealed, channels);
    }
}
