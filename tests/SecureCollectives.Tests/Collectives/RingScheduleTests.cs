using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The ring schedules as pure arithmetic: no loop, no lanes, no data.</summary>
public sealed class RingScheduleTests
{
    private const int Slice = RingPartition.SliceBytes;

    /// <summary>
    /// Returns the cases: world size, elements, element size and chunk bytes, at the boundaries of windows, shards and chunks and at random
    /// points between them.
    /// </summary>
    public static TheoryData<int, long, int, int> Cases()
    {
        var cases = new TheoryData<int, long, int, int>();
        foreach (var world in new[] { 2, 3, 4, 7 })
        {
            foreach (var size in new[] { 2, 4, 8 })
            {
                var window = (long)world * (Slice / size);
                foreach (var count in new[] { 0, 1, world - 1, world, world + 1, window - 1, window, window + 1,
                    (2 * window) + world + 1 }.Distinct())
                {
                    cases.Add(world, count, size, 256 * 1024);
                }
            }
        }

        var random = new Random(20_000);
        for (var i = 0; i < 60; i++)
        {
            var size = 2 << random.Next(3);
            cases.Add(random.Next(2, 9), random.Next(3 * Slice), size, 4096 << random.Next(9));
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Chunk_AllShardsOfAllWindows_CoverEveryByteOnceInOrder(int world, long count, int size, int chunkBytes)
    {
        var partition = new RingPartition(new ElementRange(0, count), size, world, 1, chunkBytes);
        var next = new SortedDictionary<long, int>();
        for (long position = 0; position < partition.Transfers; position++)
        {
            var at = partition.Locate(position);
            Assert.InRange(at.Chunk, 0, at.ChunksPerShard - 1);
            for (var shard = 0; shard < world; shard++)
            {
                var (offset, length) = partition.Chunk(at, shard);
                Assert.InRange(length, 0, chunkBytes);
                Assert.Equal(0, length % size);
                if (length > 0)
                {
                    Assert.True(next.TryAdd(offset, length), $"the bytes at {offset} come twice");
                }
            }
        }

        long end = 0;
        foreach (var (offset, length) in next)
        {
            Assert.Equal(end, offset);
            end += length;
        }

        Assert.Equal(count * size, end);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Chunk_AnyChunkSize_LeavesElementsInTheirShards(int world, long count, int size, int chunkBytes)
    {
        Assert.Equal(ShardBounds(world, count, size, Slice), ShardBounds(world, count, size, chunkBytes));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllReduce_SendsOfARank_AreTheReceivesOfTheNext(int world, long count, int size, int chunkBytes) =>
        AssertFlowsMatch(world, rank => AllReduce(rank, world, count, size, chunkBytes));

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllGather_SendsOfARank_AreTheReceivesOfTheNext(int world, long count, int size, int chunkBytes) =>
        AssertFlowsMatch(world,
            rank => new RingAllGather(rank, world, Calls.AllGather(ElementCode.Int32, count), new Elements(count, size), chunkBytes));

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllReduce_EverySendButTheFirstSteps_FollowsTheReceiveOfTheSameBytes(int world, long count, int size, int chunkBytes)
    {
        for (var rank = 0; rank < world; rank++)
        {
            AssertForwardsWhatCame(AllReduce(rank, world, count, size, chunkBytes), 2 * (world - 1));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllGather_EverySendButTheFirstSteps_FollowsTheReceiveOfTheSameBytes(int world, long count, int size, int chunkBytes)
    {
        for (var rank = 0; rank < world; rank++)
        {
            AssertForwardsWhatCame(new RingAllGather(
                rank, world, Calls.AllGather(ElementCode.Int32, count), new Elements(count, size), chunkBytes), world - 1);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllReduce_EveryRank_ReceivesEveryFinalByteOnce(int world, long count, int size, int chunkBytes)
    {
        for (var rank = 0; rank < world; rank++)
        {
            var schedule = AllReduce(rank, world, count, size, chunkBytes);
            long final = 0;
            long partial = 0;
            for (long position = 0; position < schedule.Receives[0].Count; position++)
            {
                var transfer = schedule.GetReceive(0, position);
                Assert.Equal(BufferRole.Output, transfer.Target.Buffer);
                if (transfer.Action == ReceiveAction.Reduce)
                {
                    partial += transfer.Target.Length;
                }
                else
                {
                    final += transfer.Target.Length;
                }
            }

            // The first N - 1 steps deliver N - 2 partial shards and this rank's own finished shard, the next N - 1 steps the other
            // finished shards: N final shards in all.
            Assert.Equal(count * size, final);
            Assert.InRange(partial, 0, (world - 2) * (count * size));
        }
    }

    /// <summary>Tests only the arithmetic for buffers of 8 GiB and 16 GiB, at the ends and at random points between.</summary>
    [Theory]
    [InlineData(2, 8)]
    [InlineData(3, 4)]
    [InlineData(8, 8)]
    public void AllReduce_BuffersFarAboveTwoGibibytes_StayInsideTheBuffer(int world, int size)
    {
        const long Count = int.MaxValue - 7L;
        var bytes = Count * size;
        for (var rank = 0; rank < world; rank++)
        {
            var schedule = AllReduce(rank, world, Count, size, 4096);
            var next = AllReduce((rank + 1) % world, world, Count, size, 4096);
            var transfers = schedule.Sends[0].Count;
            Assert.InRange(transfers, 2 * (world - 1) * (bytes / world / 4096), long.MaxValue);
            foreach (var position in Samples(transfers))
            {
                var send = schedule.GetSend(0, position);
                AssertSame(send, next.GetReceive(0, position));
                Assert.InRange(send.Source.Offset, 0, bytes - send.Source.Length);
            }
        }
    }

    [Fact]
    public void AllGather_ResultFarAboveTwoGibibytes_StaysInsideTheBuffer()
    {
        const int World = 5;
        const long Count = int.MaxValue / World;
        for (var rank = 0; rank < World; rank++)
        {
            var schedule = new RingAllGather(rank, World, Calls.AllGather(ElementCode.Float64, Count), new Elements(Count, 8), 4096);
            var next = new RingAllGather(
                (rank + 1) % World, World, Calls.AllGather(ElementCode.Float64, Count), new Elements(Count, 8), 4096);
            foreach (var position in Samples(schedule.Sends[0].Count))
            {
                var (send, receive) = (schedule.GetSend(0, position), next.GetReceive(0, position));
                AssertSame(send, receive);
                Assert.InRange(receive.Target.Offset, 0, (World * Count * 8) - receive.Target.Length);
                Assert.Equal(send.Source.Buffer == BufferRole.Input ? (rank * Count * 8) + send.Source.Offset : -1, send.KeptAt);
            }

            Assert.Null(schedule.Local);
        }
    }

    [Fact]
    public void Schedules_WorldOfOne_SendNothingAndCopy()
    {
        Assert.Equal(0, AllReduce(0, 1, 10, 4, 4096).Sends.Length);
        Assert.Equal(new LocalCopy(0, 0, 40), AllReduce(0, 1, 10, 4, 4096).Local);
        Assert.Equal(new LocalCopy(0, 0, 40),
            new RingAllGather(0, 1, Calls.AllGather(ElementCode.Int32, 10), new Elements(10, 4), 4096).Local);
    }

    private static RingAllReduce AllReduce(int rank, int world, long count, int size, int chunkBytes) =>
        new(rank, world, Calls.AllReduce(ElementCode.Int32, OperatorCode.Sum, count), new Elements(count, size), chunkBytes);

    /// <summary>Returns the start and length of every shard in every window.</summary>
    private static List<(long Window, int Shard, long Start, long Length)> ShardBounds(int world, long count, int size, int chunkBytes)
    {
        var partition = new RingPartition(new ElementRange(0, count), size, world, 1, chunkBytes);
        var bounds = new Dictionary<(long Window, int Shard), (long Start, long Length)>();
        for (long position = 0; position < partition.Transfers; position++)
        {
            var at = partition.Locate(position);
            for (var shard = 0; shard < world; shard++)
            {
                var (offset, length) = partition.Chunk(at, shard);
                var (start, sum) = bounds.GetValueOrDefault((at.Window, shard), (offset, 0));
                bounds[(at.Window, shard)] = (start, sum + length);
            }
        }

        return [.. bounds.OrderBy(entry => entry.Key)
            .Select(entry => (entry.Key.Window, entry.Key.Shard, entry.Value.Start, entry.Value.Length))];
    }

    private static void AssertFlowsMatch(int world, Func<int, Schedule> create)
    {
        for (var rank = 0; rank < world; rank++)
        {
            var sender = create(rank);
            var receiver = create((rank + 1) % world);
            Assert.Equal((rank + 1) % world, sender.Sends[0].Peer);
            Assert.Equal(rank, receiver.Receives[0].Peer);
            Assert.Equal(sender.Sends[0].Count, receiver.Receives[0].Count);
            for (long position = 0; position < sender.Sends[0].Count; position++)
            {
                AssertSame(sender.GetSend(0, position), receiver.GetReceive(0, position));
            }
        }
    }

    private static void AssertSame(in SendTransfer send, in ReceiveTransfer receive)
    {
        Assert.Equal((send.Kind, send.Phase, send.Step, send.Chunk), (receive.Kind, receive.Phase, receive.Step, receive.Chunk));
        Assert.Equal(send.Source.Length, receive.Target.Length);
    }

    /// <param name="schedule">The schedule to check.</param>
    /// <param name="firstSteps">The number of steps in a window, of which only the first sends data that was not received before.</param>
    private static void AssertForwardsWhatCame(Schedule schedule, int firstSteps)
    {
        for (long position = 0; position < schedule.Sends[0].Count; position++)
        {
            var send = schedule.GetSend(0, position);
            if (send.Step % firstSteps == 0)
            {
                Assert.Equal(-1, send.AfterFlow);
                continue;
            }

            Assert.Equal(0, send.AfterFlow);
            Assert.InRange(send.AfterPosition, 0, position - 1);
            var received = schedule.GetReceive(0, send.AfterPosition);
            Assert.Equal(send.Step - 1, received.Step);
            Assert.Equal(send.Chunk, received.Chunk);
            Assert.Equal(received.Target, send.Source);
        }
    }

    private static IEnumerable<long> Samples(long count)
    {
        var random = new Random(7);
        return Enumerable.Range(0, 2000).Select(_ => random.NextInt64(count)).Concat([0, 1, count - 2, count - 1]);
    }
}
