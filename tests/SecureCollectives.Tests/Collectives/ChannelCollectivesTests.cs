using System.Numerics;
using System.Runtime.InteropServices;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// Operations that are split over several channels: every result matches the reference, bit for bit if it depends on the order of
/// summation.
/// </summary>
public sealed class ChannelCollectivesTests
{
    /// <summary>The minimum number of bytes per channel, low enough that small buffers are split.</summary>
    private const int ChannelBytes = 1024;

    private const int Floats = ChannelBytes / sizeof(float);

    public static TheoryData<int, int, int> Worlds()
    {
        var worlds = new TheoryData<int, int, int>();
        foreach (var channels in new[] { 1, 2, 4 })
        {
            foreach (var size in new[] { 2, 3, 4 })
            {
                worlds.Add(channels, size, 0);
                worlds.Add(channels, size, ChannelBytes);
            }
        }

        return worlds;
    }

    /// <summary>
    /// All segments are queued at the same time, channels progress independently, and the last segment is split differently: each channel
    /// must stay in its own part of the scratch memory.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Reduce_OfSeveralSegments_KeepsChannelsApart(int channels)
    {
        const int Length = (2 * ReduceSegments.Bytes) + (5 << 20) + 3;
        await using var group = MemoryGroup.Create(3, channels: channels, laneCapacity: 1 << 20);
        await group.RunAsync(async member =>
        {
            var input = new byte[Length];
            for (var i = 0; i < Length; i++)
            {
                input[i] = (byte)((i * 31) + (i >> 11) + member.Rank);
            }

            var output = new byte[member.Rank == 2 ? Length : 0];
            for (var round = 0; round < 3; round++)
            {
                output.AsSpan().Clear();
                await member.ReduceAsync<byte>(input, output, ReduceOp.Sum, root: 2);
                for (var i = 0; i < output.Length; i++)
                {
                    if (output[i] != (byte)((3 * ((i * 31) + (i >> 11))) + 3))
                    {
                        Assert.Fail($"Round {round}: element {i} is {output[i]}.");
                    }
                }
            }
        });
    }

    /// <summary>Elements longer than a cache line are not split.</summary>
    [Fact]
    public void Split_OfLongElements_CutsBetweenThem()
    {
        var split = new ChannelSplit(100, 100, 1, 4, 1000);
        Assert.Equal(4, split.Channels);
        Assert.Equal([25L, 25, 25, 25], Enumerable.Range(0, 4).Select(channel => split.Range(channel).Count));
    }

    /// <summary>
    /// Covers lengths around each threshold at which another channel is used, and odd lengths; in place and out of place; on the caller's
    /// thread and on the loops' threads.
    /// </summary>
    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Collectives_AnyChannelsWorldAndLength_MatchTheReference(int channels, int size, int small)
    {
        await using var group = Create(channels, size, small);
        await group.RunAsync(async member =>
        {
            foreach (var length in Lengths(size))
            {
                await CheckAsync<float>(member, length);
                await CheckAsync<Half>(member, length);
                await CheckAsync<long>(member, length);
                await member.BarrierAsync();
            }
        });
    }

    [Theory]
    [InlineData(2, 4, 2)]
    [InlineData(4, 6, 3)]
    public async Task Collectives_HierarchicalRing_MatchTheReference(int channels, int size, int local)
    {
        await using var group = MemoryGroup.Create(
            size, chunkBytes: 512, localWorldSize: local, channels: channels, channelBytes: ChannelBytes);
        await group.RunAsync(async member =>
        {
            foreach (var length in Lengths(size))
            {
                await CheckAsync<float>(member, length);
            }
        });
    }

    /// <summary>
    /// The order of summation depends only on length, type, world size and channels, so a plain loop gives the same bits.
    /// </summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(4, 4)]
    public async Task AllReduce_OrderSensitiveValues_GivesTheBitsOfTheSpecification(int channels, int size)
    {
        await using var group = Create(channels, size, small: 0);
        foreach (var length in Lengths(size).Append(30_011))
        {
            var expected = MemoryMarshal.AsBytes<float>(Expected(channels, size, length)).ToArray();
            await group.RunAsync(async member =>
            {
                var queued = Reference.Rough(member.Rank, length);
                await member.AllReduceAsync<float>(queued, ReduceOp.Sum);
                Assert.Equal(expected, MemoryMarshal.AsBytes<float>(queued).ToArray());

                var output = new float[length];
                member.AllReduce<float>(Reference.Rough(member.Rank, length), output, ReduceOp.Sum);
                Assert.Equal(expected, MemoryMarshal.AsBytes<float>(output).ToArray());
            });
        }
    }

    /// <summary>Many concurrent calls, large and small, queued and synchronous: each channel runs them in call order.</summary>
    [Fact]
    public async Task Calls_ManyQueuedAndFromTheCallersThread_RunInOrder()
    {
        await using var group = Create(channels: 3, size: 3, small: ChannelBytes);
        await group.RunAsync(async member =>
        {
            var buffers = Enumerable.Range(0, 120).Select(i => Enumerable.Repeat(i + member.Rank, i % 2 == 0 ? 10 : 2500).ToArray())
                .ToArray();
            var tasks = new List<Task>();
            for (var i = 0; i < buffers.Length; i++)
            {
                if (i % 5 == 4)
                {
                    member.AllReduce<int>(buffers[i], ReduceOp.Sum);
                }
                else
                {
                    tasks.Add(member.AllReduceAsync<int>(buffers[i], ReduceOp.Sum).AsTask());
                }
            }

            await Task.WhenAll(tasks);
            Assert.All(buffers.Index(), buffer => Assert.All(buffer.Item, value => Assert.Equal((3 * buffer.Index) + 3, value)));
        });
    }

    /// <summary>Concurrent calls from several threads match in some order, but parts of different calls never mix.</summary>
    [Fact]
    public async Task Calls_FromSeveralThreads_KeepTheirPartsTogether()
    {
        const int Callers = 4;
        const int Calls = 50;
        await using var group = Create(channels: 4, size: 2, small: 0);
        await Task.WhenAll(group.Members.SelectMany(member => Enumerable.Range(0, Callers).Select(caller => OwnThread.RunAsync(async () =>
        {
            for (var call = 0; call < Calls; call++)
            {
                var buffer = Enumerable.Repeat(((caller * Calls) + call + 1) << (16 * member.Rank), 4 * Floats).ToArray();
                if (caller % 2 == 0)
                {
                    member.AllReduce<int>(buffer, ReduceOp.Sum);
                }
                else
                {
                    await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                }

                Assert.All(buffer, value => Assert.Equal(buffer[0], value));
            }
        })))).WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Calls_MoreThanCanBeQueued_AreRefusedInAllChannelsOrNone()
    {
        await using var group = MemoryGroup.Create(2, queueLength: 2, channels: 2, channelBytes: ChannelBytes);
        var (member, other) = (group.Members[0], group.Members[1]);
        var (first, second) = (new int[2 * Floats], new int[2 * Floats]);
        Task[] queued = [member.AllReduceAsync<int>(first, ReduceOp.Sum).AsTask(),
            member.AllReduceAsync<int>(second, ReduceOp.Sum).AsTask()];
        Assert.Throws<InvalidOperationException>(() => member.AllReduce<int>(new int[2 * Floats], ReduceOp.Sum));
        await Assert.ThrowsAsync<InvalidOperationException>(() => member.AllReduceAsync<int>(new int[2 * Floats], ReduceOp.Sum).AsTask());

        await other.AllReduceAsync<int>(Enumerable.Repeat(1, 2 * Floats).ToArray(), ReduceOp.Sum);
        await other.AllReduceAsync<int>(Enumerable.Repeat(2, 2 * Floats).ToArray(), ReduceOp.Sum);
        await Task.WhenAll(queued);
        Assert.All(first, value => Assert.Equal(1, value));
        Assert.All(second, value => Assert.Equal(2, value));
        await group.RunAsync(one => one.AllReduceAsync<int>(new int[2 * Floats], ReduceOp.Sum).AsTask());
    }

    /// <summary>Every channel's schedule carries the descriptor of the whole call, which peers compare.</summary>
    [Fact]
    public void Schedules_OfACall_DescribeAllOfIt()
    {
        var schedules = new ScheduleCache(0, 2, 4096, 0, channels: 3, channelBytes: ChannelBytes).AllReduce(
            ElementCode.Float32, sizeof(float), OperatorCode.Sum, 10 * Floats);
        Assert.Equal(3, schedules.Length);
        Assert.All(schedules, schedule => Assert.Equal(10UL * Floats, schedule.Descriptor.Count));
        Assert.Single(new ScheduleCache(0, 1, 4096, 0, channels: 3, channelBytes: ChannelBytes).AllReduce(
            ElementCode.Float32, sizeof(float), OperatorCode.Sum, 10 * Floats));
    }

    private static MemoryGroup Create(int channels, int size, int small) =>
        MemoryGroup.Create(size, chunkBytes: 512, laneCapacity: 4096, smallBytes: small, channels: channels, channelBytes: ChannelBytes);

    private static IEnumerable<int> Lengths(int size) =>
        new[] { 0, 1, size - 1, size, size + 1, Floats + 1, (
            2 * Floats) - 1, 2 * Floats, (2 * Floats) + 1, (4 * Floats) - 1, 4 * Floats, 4099 }.Distinct();

    private static async Task CheckAsync<T>(Communicator member, int length)
        where T : unmanaged, INumber<T>
    {
        var sum = Reference.AllReduce<T>(member.Size, length, ReduceOp.Sum);
        var inPlace = Reference.Input<T>(member.Rank, length);
        await member.AllReduceAsync<T>(inPlace, ReduceOp.Sum);
        Assert.Equal(sum, inPlace);
        inPlace = Reference.Input<T>(member.Rank, length);
        member.AllReduce<T>(inPlace, ReduceOp.Sum);
        Assert.Equal(sum, inPlace);
        var (input, output) = (Reference.Input<T>(member.Rank, length), new T[length]);
        member.AllReduce<T>(input, output, ReduceOp.Sum);
        Assert.Equal(sum, output);
        Assert.Equal(Reference.Input<T>(member.Rank, length), input);

        var gathered = Reference.AllGather<T>(member.Size, length);
        var all = new T[member.Size * length];
        member.AllGather<T>(input, all);
        Assert.Equal(gathered, all);
        all = new T[member.Size * length];
        input.CopyTo(all, member.Rank * length);
        await member.AllGatherAsync<T>(all.AsMemory(member.Rank * length, length), all);
        Assert.Equal(gathered, all);
    }

    /// <summary>
    /// Computes the result in plain loops, as proto/README.md specifies it: a range per channel, N shards in each, shard k summed starting
    /// at rank k. Everything fits in one window.
    /// </summary>
    private static float[] Expected(int channels, int size, int length)
    {
        var inputs = Enumerable.Range(0, size).Select(rank => Reference.Rough(rank, length)).ToArray();
        var wanted = Math.Clamp(length / Floats, 1, channels);
        var each = wanted == 1 ? length : (((length + wanted - 1) / wanted) + 15) / 16 * 16;
        var result = new float[length];
        for (var start = 0; start < length; start += each)
        {
            var count = Math.Min(each, length - start);
            var shard = (count + size - 1) / size;
            for (var i = 0; i < count; i++)
            {
                var first = i / shard;
                var sum = inputs[first][start + i];
                for (var step = 1; step < size; step++)
                {
                    sum += inputs[(first + step) % size][start + i];
                }

                result[start + i] = sum;
            }
        }

        return result;
    }
}
