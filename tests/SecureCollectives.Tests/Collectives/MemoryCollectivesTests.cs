using System.Numerics;
using System.Runtime.InteropServices;
using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>The schedules and the loop over in-memory lanes.</summary>
public sealed class MemoryCollectivesTests
{
    public static TheoryData<int, int, int> Grid()
    {
        var grid = new TheoryData<int, int, int>();
        foreach (var size in new[] { 1, 2, 3, 4, 7, 8 })
        {
            foreach (var lanes in new[] { 1, 3 })
            {
                foreach (var length in new[] { 0, 1, size - 1, size, size + 1, 10007 }.Distinct())
                {
                    grid.Add(size, lanes, length);
                }
            }
        }

        grid.Add(2, 1, (1 << 20) + 3);
        grid.Add(4, 2, (1 << 20) + 3);
        return grid;
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public async Task Collectives_AnyWorldAndLength_MatchTheReference(int size, int lanes, int length)
    {
        await using var group = MemoryGroup.Create(size, lanes, chunkBytes: 4096, laneCapacity: 1000);
        await group.RunAsync(async member =>
        {
            var buffer = Reference.Input<float>(member.Rank, length);
            await member.AllReduceAsync<float>(buffer, ReduceOp.Sum);
            Assert.Equal(Reference.AllReduce<float>(size, length, ReduceOp.Sum), buffer);

            var input = Reference.Input<float>(member.Rank, length);
            var output = new float[length];
            member.AllReduce<float>(input, output, ReduceOp.Max);
            Assert.Equal(Reference.AllReduce<float>(size, length, ReduceOp.Max), output);
            Assert.Equal(Reference.Input<float>(member.Rank, length), input);

            var all = new float[size * length];
            await member.AllGatherAsync<float>(Reference.Input<float>(member.Rank, length), all);
            Assert.Equal(Reference.AllGather<float>(size, length), all);

            await member.BarrierAsync();
            member.Barrier();
        });
    }

    [Fact]
    public Task AllReduce_Float_AllOperators() => EveryOperator<float>();

    [Fact]
    public Task AllReduce_Double_AllOperators() => EveryOperator<double>();

    [Fact]
    public Task AllReduce_Half_AllOperators() => EveryOperator<Half>();

    [Fact]
    public Task AllReduce_Int_AllOperators() => EveryOperator<int>();

    [Fact]
    public Task AllReduce_Long_AllOperators() => EveryOperator<long>();

    [Fact]
    public async Task AllReduce_OrderSensitiveValues_SameBitsOnAllRanks()
    {
        const int Length = 100_003;
        await using var group = MemoryGroup.Create(4);
        var results = new float[4][];
        await group.RunAsync(async member =>
        {
            results[member.Rank] = Reference.Rough(member.Rank, Length);
            await member.AllReduceAsync<float>(results[member.Rank], ReduceOp.Sum);
        });
        Assert.All(results, result => Assert.Equal(MemoryMarshal.AsBytes<float>(results[0]), MemoryMarshal.AsBytes<float>(result)));
    }

    [Fact]
    public async Task AllGather_ShardInPlace_MatchesTheReference()
    {
        await using var group = MemoryGroup.Create(3);
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
        await using var group = MemoryGroup.Create(3);
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
                    tasks.Add(member.AllReduceAsync<int>(buffers[i], ReduceOp.Sum));
                }
            }

            await Task.WhenAll(tasks);
            Assert.Equal(Enumerable.Range(0, 200).Select(i => (3 * i) + 3), buffers.Select(buffer => buffer[0]));
        });
    }

    private static async Task EveryOperator<T>()
        where T : unmanaged, INumber<T>
    {
        const int Length = 5003;
        await using var group = MemoryGroup.Create(4, chunkBytes: 1024);
        await group.RunAsync(async member =>
        {
            foreach (var operation in new[] { ReduceOp.Sum, ReduceOp.Average, ReduceOp.Min, ReduceOp.Max, ReduceOp.Product })
            {
                var buffer = Reference.Input<T>(member.Rank, Length);
                await member.AllReduceAsync<T>(buffer, operation);
                Assert.Equal(Reference.AllReduce<T>(4, Length, operation), buffer);
            }
        });
    }
}
