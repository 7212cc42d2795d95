using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>Simulates all cells. If hosts behave alike, a few of them represent the others.</summary>
internal sealed class ScaleSweep(SimulateOptions options, ModelParameters parameters, IProgress<string> progress)
{
    /// <summary>Returns the rows, network by network.</summary>
    public IReadOnlyList<ScaleRow> Run(CancellationToken cancellationToken)
    {
        var rows = new List<ScaleRow>();
        foreach (var world in options.Worlds)
        {
            foreach (var bytes in options.Sizes)
            {
                progress.Report($"simulating {world} workers, {ByteSize.Describe(bytes)}");
                rows.AddRange(RowsOf(world, bytes, cancellationToken));
            }
        }

        return [.. rows.OrderBy(row => Index(options.Rates, row.Cell.BitsPerSecond))];
    }

    /// <summary>
    /// Returns a row for each network. The schedules are the same for all networks, and finding that hosts behave alike takes longer than
    /// simulating a network.
    /// </summary>
    private List<ScaleRow> RowsOf(int world, long asked, CancellationToken cancellationToken)
    {
        var bytes = SimulateOptions.WholeShards(asked, world);
        var times = options.Rates.ToDictionary(rate => rate, _ => new List<AlgorithmTimes>());
        foreach (var algorithm in Algorithm.All.Where(algorithm => algorithm.Knows(world, options.LocalWorldSize, bytes)))
        {
            var (plain, secured) = (WorldOf(algorithm, world, bytes, isSealed: false, cancellationToken),
                WorldOf(algorithm, world, bytes, isSealed: true, cancellationToken));
            foreach (var rate in options.Rates)
            {
                var cluster = options.ClusterAt(rate);
                times[rate].Add(new AlgorithmTimes(
                    algorithm,
                    Simulation.Run(plain, cluster, parameters, isSealed: false, cancellationToken),
                    Simulation.Run(secured, cluster, parameters, isSealed: true, cancellationToken)));
            }
        }

        return [.. options.Rates.Select(rate => new ScaleRow(new ScaleCell(world, asked, rate), bytes, times[rate]))];
    }

    private SimulatedWorld WorldOf(Algorithm algorithm, int world, long bytes, bool isSealed, CancellationToken cancellationToken)
    {
        var period = Symmetry.PeriodOf(world, options.LocalWorldSize, SchedulesOf, cancellationToken);
        return new SimulatedWorld(world, period, SchedulesOf);

        Schedule[] SchedulesOf(int rank) => algorithm.SchedulesOf(rank, world, options.LocalWorldSize, bytes, isSealed, options.Channels);
    }

    private static int Index(IReadOnlyList<long> rates, long rate)
    {
        var index = 0;
        while (rates[index] != rate)
        {
            index++;
        }

        return index;
    }
}
