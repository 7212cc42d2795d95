using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Collectives by exchange over in-memory lanes, held against the <see cref="Reference"/>.</summary>
public sealed class ExchangeCollectivesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly int[] Lengths = [0, 1, 255, 256, 257, 2503];

    /// <summary>(ranks, lanes)</summary>
    public static TheoryData<int, int> Worlds => new()
    {
        { 1, 1 },
        { 2, 1 },
        { 3, 3 },
        { 4, 1 },
        { 7, 2 },
        { 8, 1 },
    };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Collectives_AnyLengthAndRoot_MatchTheReference(int size, int lanes)
    {
        await using var group = MemoryGroup.Create(size, lanes, chunkBytes: 1024, laneCapacity: 1000, mesh: true);
        await group.RunAsync(async member =>
        {
            foreach (var length in Lengths)
            {
                await AssertReduceScatterAsync(member, length);
                await AssertAllToAllAsync(member, length);
                for (var root = 0; root < size; root++)
                {
                    await AssertGatherAsync(member, length, root);
                    await AssertScatterAsync(member, length, root);
                    await AssertBroadcastAsync(member, length, root);
                }

                await member.BarrierAsync();
            }
        });
    }

    /// <summary>Order-sensitive sums: own, then the rank before, and so on around.</summary>
    [Fact]
    public async Task ReduceScatter_OrderSensitiveValues_AreSummedInTheDocumentedOrder()
    {
        const int Size = 5;
        const int Length = 1001;
        await using var group = MemoryGroup.Create(Size, chunkBytes: 1024, mesh: true);
        await group.RunAsync(member =>
        {
            var result = new float[Length];
            member.ReduceScatter<float>(Reference.Rough(member.Rank, Size * Length), result, ReduceOp.Sum);
            var expected = Reference.Rough(member.Rank, Size * Length)[(member.Rank * Length)..((member.Rank + 1) * Length)];
            for (var step = 1; step < Size; step++)
            {
                var other = Reference.Rough((member.Rank + Size - step) % Size, Size * Length).AsSpan(member.Rank * Length, Length);
                for (var i = 0; i < Length; i++)
                {
                    expected[i] = other[i] + expected[i];
                }
            }

            Assert.Equal(expected, result);
        });
    }

    [Fact]
    public async Task AllToAll_RanksHaveDifferentLengths_BothCallsAreNamed()
    {
        await using var group = MemoryGroup.Create(2, mesh: true);
        var failures = await Task.WhenAll(group.Members.Select(member => Assert.ThrowsAsync<CollectiveException>(() =>
            member.AllToAllAsync<int>(new int[6 + (2 * member.Rank)], new int[6 + (2 * member.Rank)]).AsTask().WaitAsync(Limit))));
        Assert.Contains(failures, failure => failure.Error == CollectiveError.CallMismatch
            && failure.Message.Contains("AllToAll(3 x Int32, Exchange)", StringComparison.Ordinal)
            && failure.Message.Contains("AllToAll(4 x Int32, Exchange)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_BuffersThatDoNotMatch_AreRefused()
    {
        await using var group = MemoryGroup.Create(1);
        var member = group.Members[0];
        Assert.Contains("The input has 3 elements; 2 for each of 1 ranks are 2.", Assert.Throws<ArgumentException>(() => member.ReduceScatter<int>(new int[3], new int[2], ReduceOp.Sum)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => member.Gather<int>(new int[1], new int[1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => member.Scatter<int>(new int[1], new int[1], -1));
        Assert.Contains("they must be apart", Assert.Throws<ArgumentException>(() => InPlace(member)).Message, StringComparison.Ordinal);

        static void InPlace(Communicator member)
        {
            var buffer = new int[4];
            member.AllToAll<int>(buffer, buffer);
        }
    }

    private static async Task AssertReduceScatterAsync(Communicator member, int length)
    {
        var (size, rank) = (member.Size, member.Rank);
        var expected = Reference.AllReduce<float>(size, size * length, ReduceOp.Average)[(rank * length)..((rank + 1) * length)];
        var output = new float[length];
        await member.ReduceScatterAsync<float>(Reference.Input<float>(rank, size * length), output, ReduceOp.Average);
        Assert.Equal(expected, output);

        // In this rank's own place of the input.
        var buffer = Reference.Input<float>(rank, size * length);
        member.ReduceScatter<float>(buffer, buffer.AsSpan(rank * length, length), ReduceOp.Average);
        Assert.Equal(expected, buffer[(rank * length)..((rank + 1) * length)]);
    }

    private static async Task AssertAllToAllAsync(Communicator member, int length)
    {
        var (size, rank) = (member.Size, member.Rank);
        var output = new long[size * length];
        await member.AllToAllAsync<long>(Reference.Input<long>(rank, size * length), output);
        long[] expected = [.. Enumerable.Range(0, size).SelectMany(peer => Reference.Input<long>(peer, size * length).Skip(rank * length).Take(length))];
        Assert.Equal(expected, output);
        output.AsSpan().Clear();
        member.AllToAll<long>(Reference.Input<long>(rank, size * length), output);
        Assert.Equal(expected, output);
    }

    private static async Task AssertGatherAsync(Communicator member, int length, int root)
    {
        var (size, rank) = (member.Size, member.Rank);
        var output = new short[rank == root ? size * length : 0];
        await member.GatherAsync<short>(Reference.Input<short>(rank, length), output, root);
        short[] expected = rank == root ? Reference.AllGather<short>(size, length) : [];
        Assert.Equal(expected, output);
        output.AsSpan().Clear();
        member.Gather<short>(Reference.Input<short>(rank, length), output, root);
        Assert.Equal(expected, output);
    }

    private static async Task AssertScatterAsync(Communicator member, int length, int root)
    {
        var (size, rank) = (member.Size, member.Rank);
        var input = Reference.Input<byte>(root, rank == root ? size * length : 0);
        var output = new byte[length];
        await member.ScatterAsync<byte>(input, output, root);
        Assert.Equal(Reference.Input<byte>(root, size * length).Skip(rank * length).Take(length), output);
        output.AsSpan().Clear();
        member.Scatter<byte>(input, output, root);
        Assert.Equal(Reference.Input<byte>(root, size * length).Skip(rank * length).Take(length), output);
    }

    private static async Task AssertBroadcastAsync(Communicator member, int length, int root)
    {
        var expected = Reference.Input<double>(root, length);
        var buffer = Reference.Input<double>(member.Rank, length);
        await member.BroadcastAsync<double>(buffer, root);
        Assert.Equal(expected, buffer);
        buffer = Reference.Input<double>(member.Rank, length);
        member.Broadcast<double>(buffer, root);
        Assert.Equal(expected, buffer);
    }
}
