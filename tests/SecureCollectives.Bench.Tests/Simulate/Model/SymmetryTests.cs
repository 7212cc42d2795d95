using SecureCollectives.Bench.Simulate;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Tests.Simulate.Model;

/// <summary>One host represents all hosts only if that makes no difference.</summary>
public sealed class SymmetryTests
{
    private static readonly Wire Network = new(1e-5, 1.25e9);

    /// <summary>
    /// World size, ranks per host, bytes, and whether sealed. The sizes produce nearly empty shards, one chunk per shard, many chunks, and
    /// several windows.
    /// </summary>
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

        Schedule ScheduleOf(int rank) => Algorithm.Ring.ScheduleOf(rank, world, local, whole, isSealed);
    }

    /// <summary>
    /// A chunk of the local ring consists of several short shards, and hosts are at different positions in it. In that case one host cannot
    /// represent all hosts, but some hosts can.
    /// </summary>
    [Theory]
    [InlineData(8, 2, 64 << 10, 2)]
    [InlineData(16, 2, 2 << 20, 4)]
    [InlineData(16, 4, 64 << 20, 4)]
    [InlineData(32, 2, 1 << 20, 16)]
    public void Run_SomeHostsOfAHierarchicalRing_TakeAsLongAsAll(int world, int local, long bytes, int expectedPeriod)
    {
        foreach (var isSealed in new[] { false, true })
        {
            var cluster = new Cluster(local, local, Network);
            var period = Symmetry.PeriodOf(world, local, ScheduleOf);

            var some = Simulation.Run(new SimulatedWorld(world, period, ScheduleOf), cluster, TestParameters.Usual, isSealed);
            var all = Simulation.Run(new SimulatedWorld(world, world, ScheduleOf), cluster, TestParameters.Usual, isSealed);

            Assert.True(isSealed ? period < world : period == expectedPeriod, $"{period}");
            Assert.Equal(all.Seconds, some.Seconds, all.Seconds * 1e-9);
            Assert.Equal(all.WireSeconds, some.WireSeconds, all.WireSeconds * 1e-9);
            Assert.Equal(all.Sent, some.Sent * world / period);

            Schedule ScheduleOf(int rank) => Algorithm.HierarchicalRing.ScheduleOf(rank, world, local, bytes, isSealed);
        }
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(10_000_008)]
    public void PeriodOf_Channels_IsThatOfOne(long bytes)
    {
        var cluster = new Cluster(4, 12, new Wire(1e-6, 1e9));
        var period = Symmetry.PeriodOf(16, 4, SchedulesOf);
        var some = Simulation.Run(new SimulatedWorld(16, period, SchedulesOf), cluster, TestParameters.Usual, isSealed: true);
        var all = Simulation.Run(new SimulatedWorld(16, 16, SchedulesOf), cluster, TestParameters.Usual, isSealed: true);
        Assert.Equal(all.Seconds, some.Seconds, 1e-12);

        Schedule[] SchedulesOf(int rank) =>
            Algorithm.HierarchicalRing.SchedulesOf(rank, 16, 4, SimulateOptions.WholeShards(bytes, 16), isSealed: true, channels: 3);
    }

    /// <summary>Seven elements among eight ranks: the last rank's shard is empty, and reaches each host at a different time.</summary>
    [Fact]
    public void PeriodOf_UnequalShards_IsTheWorld() =>
        Assert.Equal(8, Symmetry.PeriodOf(8, 2, rank => Algorithm.Ring.ScheduleOf(rank, 8, 2, 7 * sizeof(float), isSealed: false)));

    /// <summary>
    /// Ranks that differ in the highest bit exchange messages. The rank half a world ahead is also the rank half a world behind.
    /// </summary>
    [Fact]
    public void PeriodOf_RecursiveDoubling_IsHalfTheWorld() =>
        Assert.Equal(8, Symmetry.PeriodOf(16, 4, rank => Algorithm.RecursiveDoubling.ScheduleOf(rank, 16, 4, 4096, isSealed: false)));

    [Fact]
    public void PeriodOf_FoldedRecursiveDoubling_IsTheWorld() =>
        Assert.Equal(12, Symmetry.PeriodOf(12, 4, rank => Algorithm.RecursiveDoubling.ScheduleOf(rank, 12, 4, 4096, isSealed: false)));

    [Fact]
    public void PeriodOf_Cancelled_Ends() => Assert.Throws<OperationCanceledException>(
        () => Symmetry.PeriodOf(
            8, 2, rank => Algorithm.Ring.ScheduleOf(rank, 8, 2, 4096, isSealed: false), new CancellationToken(canceled: true)));

    [Fact]
    public void PeriodOf_OneHost_IsTheWorld() =>
        Assert.Equal(4, Symmetry.PeriodOf(4, 8, rank => Algorithm.Ring.ScheduleOf(rank, 4, 8, 4096, isSealed: false)));
}
