using SecureCollectives.Bench.Simulate;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Tests.Simulate.Model;

/// <summary>One host stands for all of them only where that makes no difference.</summary>
public sealed class SymmetryTests
{
    private static readonly Wire Network = new(1e-5, 1.25e9);

    /// <summary>Worlds, ranks of a host, bytes: of one chunk for each shard, of many, of several windows, of shards that are all but empty.</summary>
    public static TheoryData<int, int, long, bool> Rings
    {
        get
        {
            var data = new TheoryData<int, int, long, bool>();
            foreach (var (world, local) in new[] { (4, 2), (8, 4), (12, 3), (16, 8), (6, 1) })
            {
                foreach (var bytes in new[] { 4L, 64 << 10, (1 << 20) + 4, 40 << 20 })
                {
                    data.Add(world, local, bytes, false);
                    data.Add(world, local, bytes, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rings))]
    public void Run_OneHostOfARing_TakesAsLongAsAll(int world, int local, long bytes, bool isSealed)
    {
        var whole = SimulateOptions.WholeShards(bytes, world);
        var cluster = new Cluster(local, local, Network);
        var period = Symmetry.PeriodOf(world, local, ScheduleOf);

        var one = Simulation.Run(new SimulatedWorld(world, period, ScheduleOf), cluster, TestParameters.Usual, isSealed);
        var all = Simulation.Run(new SimulatedWorld(world, world, ScheduleOf), cluster, TestParameters.Usual, isSealed);

        Assert.Equal(local, period);
        Assert.Equal(all.Seconds, one.Seconds, all.Seconds * 1e-9);
        Assert.Equal(all.WireSeconds, one.WireSeconds, all.WireSeconds * 1e-9);
        Assert.Equal(all.CoreSeconds, one.CoreSeconds, all.CoreSeconds * 1e-9);
        Assert.Equal(all.Sent, one.Sent * world / local);

        Schedule ScheduleOf(int rank) => Algorithm.Ring.ScheduleOf(rank, world, whole, isSealed);
    }

    /// <summary>Seven elements among eight ranks: the last has an empty shard, which passes other hosts at other times.</summary>
    [Fact]
    public void PeriodOf_UnequalShards_IsTheWorld() =>
        Assert.Equal(8, Symmetry.PeriodOf(8, 2, rank => Algorithm.Ring.ScheduleOf(rank, 8, 7 * sizeof(float), isSealed: false)));

    [Fact]
    public void PeriodOf_RecursiveDoubling_IsTheWorld() =>
        Assert.Equal(16, Symmetry.PeriodOf(16, 4, rank => Algorithm.RecursiveDoubling.ScheduleOf(rank, 16, 4096, isSealed: false)));

    [Fact]
    public void PeriodOf_OneHost_IsTheWorld() =>
        Assert.Equal(4, Symmetry.PeriodOf(4, 8, rank => Algorithm.Ring.ScheduleOf(rank, 4, 4096, isSealed: false)));
}
