using System.Runtime.InteropServices;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The collectives, with schedules and loop, over in-memory lanes.</summary>
public sealed class MemoryCollectivesTests
{
    private const int Small = 32 * 1024;
    private const int SmallInGrid = 8 * 1024;

    /// <summary>
    /// Returns the worlds: ranks, lanes, and the largest operation, in bytes, that uses recursive doubling; 0 sends everything around the
    /// ring.
    /// </summary>
    public static TheoryData<int, int, int> Grid()
    {
        var grid = new TheoryData<int, int, int>();
        foreach (var size in new[] { 1, 2, 3, 4, 5, 6, 7, 8 })
        {
            foreach (var small in new[] { 0, SmallInGrid })
            {
                grid.Add(size, 1, small);
                grid.Add(size, 3, small);
            }
        }

        return grid;
    }

    /// <summary>
    /// Shards have no, one or several chunks, which the lanes accept in parts. The last two lengths are the longest one that uses recursive
    /// doubling, and one that is longer.
    /// </summary>
    [Theory]
    [MemberData(nameof(Grid))]
    public async Task Collectives_AnyWorldAndLength_MatchTheReference(int size, int lanes, int small)
    {
        await using var group = MemoryGroup.Create(size, lanes, chunkBytes: 1024, laneCapacity: 1000, smallBytes: small);
        await group.RunAsync(async member =>
        {
            foreach (var length in new[] { 0, 1, size - 1, size, size + 1, SmallInGrid / sizeof(float), 2503 }.Distinct())
            {
                await ReferenceCalls.AssertAsync(member, length);
                await member.BarrierAsync();
                member.Barrier();
            }
        });
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    public async Task Collectives_LongBuffers_MatchTheReference(int size, int lanes)
    {
        await using var group = MemoryGroup.Create(size, lanes, chunkBytes: 4096, laneCapacity: 64 * 1024, smallBytes: Small);
        await group.RunAsync(member => ReferenceCalls.AssertAsync(member, (1 << 20) + 3));
    }

    [Theory]
    [InlineData(4, 100_003)]
    [InlineData(2, 1_003)]
    [InlineData(3, 1_003)]
    [InlineData(7, 1_003)]
    [InlineData(8, 1_003)]
    public async Task AllReduce_OrderSensitiveValues_SameBitsOnAllRanks(int size, int length)
    {
        await using var group = MemoryGroup.Create(size, smallBytes: Small);
        var results = new float[size][];
        await group.RunAsync(async member =>
        {
            results[member.Rank] = Reference.Rough(member.Rank, length);
            await member.AllReduceAsync<float>(results[member.Rank], ReduceOp.Sum);
        });
        Assert.All(results, result => Assert.Equal(MemoryMarshal.AsBytes<float>(results[0]), MemoryMarshal.AsBytes<float>(result)));
    }

    /// <summary>
    /// NaNs with different payloads and signs, at different vector alignments: ranks that compute the same sum must agree on the bits.
    /// </summary>
    [Fact]
    public async Task AllReduce_NaNsWithPayloads_SameBitsOnAllRanks()
    {
        const int Length = 1000;
        foreach (var size in new[] { 2, 3, 4, 7 })
        {
            await using var group = MemoryGroup.Create(size, smallBytes: Small);
            foreach (var operation in new[] { ReduceOp.Sum, ReduceOp.Min, ReduceOp.Max, ReduceOp.Product, ReduceOp.Average })
            {
                var floats = new float[size][];
                var halves = new Half[size][];
                await group.RunAsync(async member =>
                {
                    var random = new Random(member.Rank);
                    floats[member.Rank] = [.. Enumerable.Range(0, Length).Select(i =>
                        BitConverter.UInt32BitsToSingle(
                            (i % 3 == 0 ? 0u : 0x7FC00000u) | (uint)random.Next(1 << 22) | ((uint)random.Next(2) << 31)))];
                    halves[member.Rank] = [
                        .. Enumerable.Range(0, Length).Select(_ => BitConverter.UInt16BitsToHalf((ushort)(0x7E00 | random.Next(1 << 9))))];

                    // Each rank's data starts at a different offset, so that its vectors are aligned differently.
                    var shifted = new float[Length + member.Rank];
                    floats[member.Rank].CopyTo(shifted, member.Rank);
                    await member.AllReduceAsync<float>(shifted.AsMemory(member.Rank), operation);
                    floats[member.Rank] = shifted[member.Rank..];
                    await member.AllReduceAsync<Half>(halves[member.Rank], operation);
                });
                Assert.All(floats, result => Assert.Equal(MemoryMarshal.AsBytes<float>(floats[0]), MemoryMarshal.AsBytes<float>(result)));
                Assert.All(halves, result => Assert.Equal(MemoryMarshal.AsBytes<Half>(halves[0]), MemoryMarshal.AsBytes<Half>(result)));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Small)]
    public async Task AllGather_ShardInPlace_MatchesTheReference(int small)
    {
        await using var group = MemoryGroup.Create(3, smallBytes: small);
        await group.RunAsync(async member =>
        {
            var all = new long[3 * 1001];
            Reference.Input<long>(member.Rank, 1001).CopyTo(all, member.Rank * 1001);
            await member.AllGatherAsync<long>(all.AsMemory(member.Rank * 1001, 1001), all);
            Assert.Equal(Reference.AllGather<long>(3, 1001), all);
        });
    }

    [Fact]
    public async Task Calls_ManyQueuedAndFromTheCallersThread_RunInOrder()
    {
        await using var group = MemoryGroup.Create(3, smallBytes: Small);
        await group.RunAsync(async member =>
        {
            var buffers = Enumerable.Range(0, 200).Select(i => new[] { i + member.Rank }).ToArray();
            var tasks = new List<Task>();
            for (var i = 0; i < buffers.Length; i++)
            {
                if (i % 3 == 2)
                {
                    member.AllReduce<int>(buffers[i], ReduceOp.Sum);
                }
                else
                {
                    tasks.Add(member.AllReduceAsync<int>(buffers[i], ReduceOp.Sum).AsTask());
                }
            }

            await Task.WhenAll(tasks);
            Assert.Equal(Enumerable.Range(0, 200).Select(i => (3 * i) + 3), buffers.Select(buffer => buffer[0]));
        });
    }
}
