using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Tests.Simulate.Model;

/// <summary>Runs the library's schedules in the model: each transfer runs exactly once, and a better network is never slower.</summary>
public sealed class SchedulesInTheModelTests
{
    private const int ChunkBytes = 4096;

    public static TheoryData<int, int> Grid
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var world in new[] { 1, 2, 3, 4, 5, 7, 8 })
            {
                foreach (var count in (HashSet<int>)[0, 1, world - 1, world, world + 1, 10_007])
                {
                    data.Add(world, count);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public void Run_AnySchedule_SendsAndAppliesEachTransferOnce(int world, int count)
    {
        foreach (var small in new[] { 0, CommunicatorOptions.MaxSmallBytes })
        {
            Check(world, rank => Cache(rank).AllReduce(ElementCode.Float32, sizeof(float), OperatorCode.Sum, count)[0]);
            Check(world, rank => Cache(rank).AllGather(ElementCode.Float32, sizeof(float), count)[0]);
            Check(world, rank => Cache(rank).Barrier()[0]);

            ScheduleCache Cache(int rank) => new(rank, world, ChunkBytes, small);
        }
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(6, 3)]
    [InlineData(12, 2)]
    public void Run_HierarchicalRing_SendsAndAppliesEachTransferOnce(int world, int local)
    {
        foreach (var count in new[] { 0, 1, world + 1, 10_007, 300_000 })
        {
            Check(world, rank => new HierarchicalRingAllReduce(new HierarchicalShape(rank, world, local),
                Calls.AllReduce(ElementCode.Float32, OperatorCode.Sum, count, AlgorithmCode.HierarchicalRing),
                    new Elements(count, sizeof(float)), ChunkBytes));
            Check(world, rank => new HierarchicalRingAllGather(new HierarchicalShape(rank, world, local),
                Calls.AllGather(ElementCode.Float32, count, AlgorithmCode.HierarchicalRing), new Elements(count, sizeof(float)),
                    ChunkBytes));
        }
    }

    [Theory]
    [InlineData(4, 2, 64 << 10)]
    [InlineData(8, 4, 1 << 20)]
    [InlineData(16, 8, 4 << 20)]
    public void Run_BetterNetwork_IsNeverSlower(int world, int local, long bytes)
    {
        foreach (var algorithm in Algorithm.All.Where(algorithm => algorithm.Knows(world, local, bytes)))
        {
            var slow = Run(algorithm, new Wire(1e-4, 1e8));
            var faster = Run(algorithm, new Wire(1e-4, 1e9));
            var nearer = Run(algorithm, new Wire(1e-5, 1e9));

            Assert.True(faster <= slow);
            Assert.True(nearer <= faster);
        }

        double Run(Algorithm algorithm, Wire wire) => Simulation.Run(
            new SimulatedWorld(world, world, rank => algorithm.ScheduleOf(rank, world, local, bytes, isSealed: true)),
                new Cluster(local, local, wire), TestParameters.Usual, isSealed: true).Seconds;
    }

    /// <summary>A sealed ring with enough chunks takes little longer than the work of its busiest core or wire.</summary>
    [Theory]
    [InlineData(1e8)]
    [InlineData(1e11)]
    public void Run_LongRing_TakesAsLongAsItsBusiestPart(double bytesPerSecond)
    {
        var run = Simulation.Run(
            new SimulatedWorld(8, 8, rank => Algorithm.Ring.ScheduleOf(rank, 8, 4, 64 << 20, isSealed: true)),
                new Cluster(4, 4, new Wire(1e-6, bytesPerSecond)), TestParameters.Usual, isSealed: true);

        var busiest = Math.Max(run.CoreSeconds, run.WireSeconds);
        Assert.InRange(run.Seconds, busiest, 1.2 * busiest);
    }

    /// <summary>Channels work in parallel, each on its own part.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Run_Channels_ShareTheWork(int channels)
    {
        const int World = 8;
        const int Local = 4;
        const long Bytes = 64 << 20;
        foreach (var algorithm in new[] { Algorithm.Ring, Algorithm.HierarchicalRing })
        {
            var one = Run(algorithm, 1, Local);
            var several = Run(algorithm, channels, Local * channels);
            var sharing = Run(algorithm, channels, Local);

            // The interface is not the bottleneck. Several cores do the work of one in less time; a single core for several channels takes
            // as long.
            Assert.InRange(several.Seconds, one.Seconds / channels, 1.3 * one.Seconds / channels);
            Assert.InRange(several.HostCoreSeconds, 0.99 * one.HostCoreSeconds, 1.05 * one.HostCoreSeconds);
            Assert.InRange(sharing.Seconds, 0.9 * one.Seconds, 1.3 * one.Seconds);
            Assert.Equal(one.WireSeconds, several.WireSeconds, 0.02 * one.WireSeconds);
            Assert.Equal(World, several.SimulatedRanks);
        }

        SimulatedRun Run(Algorithm algorithm, int of, int cores) => Simulation.Run(
            new SimulatedWorld(World, World, rank => algorithm.SchedulesOf(rank, World, Local, Bytes, isSealed: true, of)),
            new Cluster(Local, cores, new Wire(1e-6, 1e12)),
            TestParameters.Usual,
            isSealed: true);
    }

    private static void Check(int world, Func<int, Schedule> scheduleOf)
    {
        var transfers = Enumerable.Range(0, world).Sum(rank => Transfers(scheduleOf(rank)));

        foreach (var cluster in new[] { new Cluster(world, 2, null), new Cluster(1, 1, new Wire(1e-6, 1e9)) })
        {
            foreach (var isSealed in new[] { false, true })
            {
                var run = Simulation.Run(new SimulatedWorld(world, world, scheduleOf), cluster, TestParameters.Usual, isSealed);
                Assert.Equal((transfers, transfers), (run.Sent, run.Applied));
            }
        }
    }

    private static long Transfers(Schedule schedule)
    {
        var transfers = 0L;
        for (var flow = 0; flow < schedule.Sends.Length; flow++)
        {
            for (var position = 0L; position < schedule.Sends[flow].Count; position++)
            {
                var transfer = schedule.GetSend(flow, position);
                transfers += transfer.Kind == FrameKind.Message || transfer.Source.Length > 0 ? 1 : 0;
            }
        }

        return transfers;
    }
}
