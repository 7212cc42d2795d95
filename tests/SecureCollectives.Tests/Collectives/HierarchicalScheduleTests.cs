using System.Runtime.InteropServices;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The schedules of the hierarchical ring as pure arithmetic, and run by hand: no loop, no lanes.</summary>
public sealed class HierarchicalScheduleTests
{
    /// <summary>Returns every possible number of ranks per host for these world sizes.</summary>
    public static TheoryData<int, int> Worlds()
    {
        var worlds = new TheoryData<int, int>();
        foreach (var world in new[] { 4, 6, 8, 9, 12, 16 })
        {
            foreach (var local in Enumerable.Range(1, world).Where(local => HierarchicalShape.IsPossible(world, local)))
            {
                worlds.Add(world, local);
            }
        }

        return worlds;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void AllReduce_AnyLengthAndOrderOfEvents_EveryRankHasTheAverage(int world, int local) =>
        ForEachCut(world, (count, slice, chunk, lanes, random) =>
    {
        var schedules = Schedules(world, local, shape => AllReduce<double>(shape, count, chunk, slice));
        var inputs = Enumerable.Range(0, world).Select(rank => Reference.Input<double>(rank, count)).ToArray();
        var outputs = random.Next(2) == 0 ? inputs : [.. Enumerable.Range(0, world).Select(_ => new double[count])];
        new ScheduleWorld<double>(schedules, inputs, outputs, lanes).Run(random);
        var expected = Reference.AllReduce<double>(world, count, ReduceOp.Average);
        Assert.All(outputs, output => Assert.Equal(expected, output));
    });

    [Theory]
    [MemberData(nameof(Worlds))]
    public void AllGather_AnyLengthAndOrderOfEvents_EveryRankHasEverything(int world, int local) =>
        ForEachCut(world, (windowed, slice, chunk, lanes, random) =>
    {
        var count = (windowed + world - 1) / world;
        var schedules = Schedules(world, local, shape => AllGather<double>(shape, count, chunk, slice));
        var inputs = Enumerable.Range(0, world).Select(rank => Reference.Input<double>(rank, count)).ToArray();
        var outputs = Enumerable.Range(0, world).Select(_ => new double[count * world]).ToArray();
        new ScheduleWorld<double>(schedules, inputs, outputs, lanes).Run(random);
        var expected = Reference.AllGather<double>(world, count);
        Assert.All(outputs, output => Assert.Equal(expected, output));
    });

    /// <summary>The bits depend only on length, world size and ranks per host, not on chunks, lanes or the order of events.</summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public void AllReduce_OrderSensitiveValues_SameBitsForAllChunksAndLanes(int world, int local)
    {
        const int Count = 333;
        float[]? known = null;
        foreach (var (chunk, lanes) in new[] { (8, 1), (16, 2), (64, 3) })
        {
            var schedules = Schedules(world, local, shape => AllReduce<float>(shape, Count, chunk, 64));
            var buffers = Enumerable.Range(0, world).Select(rank => Reference.Rough(rank, Count)).ToArray();
            new ScheduleWorld<float>(schedules, buffers, buffers, lanes).Run(new Random(chunk));
            known ??= buffers[0];
            Assert.All(buffers, buffer => Assert.Equal(MemoryMarshal.AsBytes<float>(known), MemoryMarshal.AsBytes<float>(buffer)));
        }
    }

    /// <summary>
    /// Every transfer has a higher step than those that it waits for: this rules out deadlock, and lets fault attribution find the culprit
    /// of a timeout.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public void Steps_OfEveryTransfer_AreAboveWhatItWaitsFor(int world, int local) => ForEachCut(world, (count, slice, chunk, _, _) =>
    {
        foreach (var schedule in Both(world, local, count, slice, chunk))
        {
            for (var flow = 0; flow < 2; flow++)
            {
                uint before = 0;
                for (long position = 0; position < schedule.Sends[flow].Count; position++)
                {
                    var send = schedule.GetSend(flow, position);
                    if (send.Source.Length == 0)
                    {
                        continue;
                    }

                    Assert.InRange(send.Step, before, uint.MaxValue);
                    before = send.Step;
                    for (var i = 0; send.AfterFlow >= 0 && i < send.AfterCount; i++)
                    {
                        Assert.InRange(schedule.GetReceive(send.AfterFlow, send.AfterPosition - i).Step, 0u, send.Step - 1);
                    }

                    var receive = schedule.GetReceive(flow, position);
                    Assert.True(receive.AfterFlow < 0 || schedule.GetReceive(receive.AfterFlow, receive.AfterPosition).Step < receive.Step);
                }
            }
        }
    });

    /// <summary>
    /// The purpose of the hierarchical ring: 2 (L - 1) steps within the host and 2 (H - 1) between hosts, instead of the ring's 2 (N - 1),
    /// however the buffer is divided.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public void Steps_ThatFollowEachOther_AreThoseOfTheTwoRings(int world, int local)
    {
        foreach (var count in new[] { world, 3 * world, 50 * world })
        {
            var reduce = Schedules(world, local, shape => AllReduce<double>(shape, count, 16, 1 << 20));
            var gather = Schedules(world, local, shape => AllGather<double>(shape, count, 16, 1 << 20));
            var steps = local - 1 + (world / local) - 1;
            Assert.Equal(2 * steps, LongestWay(reduce));
            Assert.Equal(steps, LongestWay(gather));
        }
    }

    /// <summary>
    /// A host's interface carries only the necessary data: for AllReduce twice the buffer less the host's share, for AllGather each shard
    /// of the other hosts once.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public void Bytes_OfEveryRank_AreTheLeastPossible(int world, int local)
    {
        var count = 20 * world;
        long bytes = count * sizeof(double);
        var hosts = world / local;
        foreach (var schedule in Schedules(world, local, shape => AllReduce<double>(shape, count, 32, 256)))
        {
            Assert.Equal(2 * bytes / world * (hosts - 1), BytesOf(schedule, 1));
            Assert.Equal(2 * bytes / local * (local - 1), BytesOf(schedule, 0));
        }

        foreach (var schedule in Schedules(world, local, shape => AllGather<double>(shape, count, 32, 256)))
        {
            Assert.Equal(bytes * (hosts - 1), BytesOf(schedule, 1));
            Assert.Equal(bytes * hosts * (local - 1), BytesOf(schedule, 0));
        }
    }

    /// <summary>Shards far shorter than a chunk share frames within the host, instead of a frame for each of a thousand ranks.</summary>
    [Fact]
    public void AllReduce_ShortShards_UseOneFramePerChunkAndStep()
    {
        var schedule = AllReduce<float>(new HierarchicalShape(9, 1024, 8), 1024 * 10, 4096, RingPartition.SliceBytes);
        var frames = 0;
        for (long position = 0; position < schedule.Sends[0].Count; position++)
        {
            frames += schedule.GetSend(0, position).Source.Length > 0 ? 1 : 0;
        }

        // 40 bytes per rank give a local shard of 5120 bytes, in chunks of 4080.
        Assert.Equal(2 * 7 * 2, frames);
    }

    /// <summary>Offsets stay within buffers of far more than 2 GiB, and both ends of every transfer agree.</summary>
    [Fact]
    public void AllReduce_BuffersFarAboveTwoGibibytes_StayInsideTheBuffer()
    {
        const long Count = int.MaxValue - 7L;
        for (var rank = 0; rank < 12; rank++)
        {
            var shape = new HierarchicalShape(rank, 12, 4);
            var schedule = AllReduce<double>(shape, Count, 4096, RingPartition.SliceBytes);
            var peers = new[] { shape.NextLocal, shape.NextHost }.Select(
                peer => AllReduce<double>(new HierarchicalShape(peer, 12, 4), Count, 4096, RingPartition.SliceBytes)).ToArray();
            var random = new Random(rank);
            foreach (var flow in new[] { 0, 1 })
            {
                var transfers = schedule.Sends[flow].Count;
                foreach (var position in Enumerable.Range(0, 2000).Select(_ => random.NextInt64(transfers))
                    .Concat([0, 1, transfers - 2, transfers - 1]))
                {
                    var send = schedule.GetSend(flow, position);
                    var receive = peers[flow].GetReceive(flow, position);
                    Assert.Equal((send.Phase, send.Step, send.Chunk, send.Source.Length),
                        (receive.Phase, receive.Step, receive.Chunk, receive.Target.Length));
                    Assert.Equal(send.Source.Offset, receive.Target.Offset);
                    Assert.InRange(send.Source.Offset, 0, (Count * 8) - send.Source.Length);
                }
            }
        }
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 4)]
    [InlineData(4, 3)]
    [InlineData(4, -2)]
    [InlineData(4, 8)]
    [InlineData(1, 1)]
    public void Shape_OneRingOrUnevenHosts_IsRefused(int world, int local)
    {
        Assert.False(HierarchicalShape.IsPossible(world, local));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HierarchicalShape(0, world, local));
    }

    /// <summary>
    /// Runs a check with lengths around window and shard boundaries, few and many windows, chunks shorter and longer than shards, and
    /// random lanes.
    /// </summary>
    private static void ForEachCut(int world, Action<int, int, int, int, Random> check)
    {
        var random = new Random(world);
        foreach (var (slice, chunk) in new[] { (64, 64), (64, 16), (256, 128) })
        {
            var window = world * slice / sizeof(double);
            foreach (var count in new[] { 0, 1, world - 1, world, world + 1, window - 1, window, window + 1, (2 * window) + world + 1,
                random.Next(window), random.Next(5 * window) })
            {
                check(count, slice, chunk, random.Next(1, 5), random);
            }
        }
    }

    private static Schedule[] Schedules(int world, int local, Func<HierarchicalShape, Schedule> create) =>
        [.. Enumerable.Range(0, world).Select(rank => create(new HierarchicalShape(rank, world, local)))];

    private static Schedule[] Both(int world, int local, int count, int slice, int chunk) =>
    [
        .. Schedules(world, local, shape => AllReduce<double>(shape, count, chunk, slice)),
        .. Schedules(world, local, shape => AllGather<double>(shape, (count + world - 1) / world, chunk, slice)),
    ];

    private static HierarchicalRingAllReduce AllReduce<T>(HierarchicalShape shape, long count, int chunk, int slice)
        where T : unmanaged =>
        new(shape, Calls.AllReduce(ElementCode.Float64, OperatorCode.Average, count, AlgorithmCode.HierarchicalRing), new Elements(
            count, Marshal.SizeOf<T>()), chunk, slice);

    private static HierarchicalRingAllGather AllGather<T>(HierarchicalShape shape, long count, int chunk, int slice)
        where T : unmanaged =>
        new(shape, Calls.AllGather(
            ElementCode.Float64, count, AlgorithmCode.HierarchicalRing), new Elements(count, Marshal.SizeOf<T>()), chunk, slice);

    private static long BytesOf(Schedule schedule, int flow)
    {
        long bytes = 0;
        for (long position = 0; position < schedule.Sends[flow].Count; position++)
        {
            bytes += schedule.GetSend(flow, position).Source.Length;
        }

        return bytes;
    }

    /// <summary>Returns the length of the longest chain of transfers in which each waits for the previous one.</summary>
    private static int LongestWay(Schedule[] schedules)
    {
        var known = new Dictionary<(int Rank, int Flow, long Position), int>();
        var longest = 0;
        foreach (var (rank, schedule) in schedules.Index())
        {
            for (var flow = 0; flow < schedule.Receives.Length; flow++)
            {
                for (long position = 0; position < schedule.Receives[flow].Count; position++)
                {
                    longest = Math.Max(longest, WayTo(rank, flow, position));
                }
            }
        }

        return longest;

        int WayTo(int rank, int flow, long position)
        {
            if (!known.TryGetValue((rank, flow, position), out var way))
            {
                // A flow has the same number at both ends.
                var peer = schedules[rank].Receives[flow].Peer;
                var send = schedules[peer].GetSend(flow, position);
                var receive = schedules[rank].GetReceive(flow, position);
                var operand = receive.AfterFlow < 0 ? 0 : WayTo(rank, receive.AfterFlow, receive.AfterPosition);
                way = Math.Max(send.Source.Length == 0 ? 0 : 1 + WayBefore(peer, send), operand);
                known.Add((rank, flow, position), way);
            }

            return way;
        }

        int WayBefore(int rank, SendTransfer send) =>
            send.AfterFlow < 0 ? 0 : Enumerable.Range(0, send.AfterCount).Max(i => WayTo(rank, send.AfterFlow, send.AfterPosition - i));
    }
}
