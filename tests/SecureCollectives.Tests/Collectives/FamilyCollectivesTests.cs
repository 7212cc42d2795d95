using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>All other collectives over in-memory lanes, compared with the <see cref="Reference"/>.</summary>
public sealed class FamilyCollectivesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly int[] Lengths = [0, 1, 255, 256, 257, 2503];

    /// <summary>Gets the worlds: ranks, lanes, and the largest operation, in bytes, that is sent as messages.</summary>
    public static TheoryData<int, int, int> Worlds => new()
    {
        { 1, 1, 0 },
        { 2, 1, 8192 },
        { 3, 3, 0 },
        { 4, 1, 8192 },
        { 5, 2, 100_000 },
        { 7, 2, 0 },
        { 8, 1, 8192 },
    };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Collectives_AnyLengthAndRoot_MatchTheReference(int size, int lanes, int smallBytes)
    {
        await using var group = MemoryGroup.Create(size, lanes, chunkBytes: 1024, laneCapacity: 1000, smallBytes: smallBytes, mesh: true);
        await group.RunAsync(async member =>
        {
            foreach (var length in Lengths)
            {
                await FamilyCalls.AssertAsync(member, length, Enumerable.Range(0, size));
                await member.BarrierAsync();
            }
        });
    }

    /// <summary>
    /// The keys of a TLS connection must not protect more data than this. The buffers do not exist, so no call may touch them.
    /// </summary>
    [Fact]
    public async Task Calls_OfMoreThan16GiB_AreRefused()
    {
        await using var group = MemoryGroup.Create(2);
        using var huge = new NoMemory<LargeStruct>((512 << 10) + 1);
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => group.Members[0].BroadcastAsync(huge.Memory, 0).AsTask());
        Assert.Contains("at most 17179869184 (16 GiB)", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => group.Members[0].Broadcast(huge.GetSpan(), 0));

        // If only the root's buffer would be too long, the call is still refused on all ranks.
        using var half = new NoMemory<LargeStruct>((256 << 10) + 1);
        await Assert.ThrowsAsync<ArgumentException>(() => group.Members[0].GatherAsync<LargeStruct>(half.Memory, default, 1).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => group.Members[0].ScatterAsync<LargeStruct>(default, half.Memory, 1).AsTask());
        using var even = new NoMemory<LargeStruct>(((256 << 10) + 1) * 2);
        await Assert.ThrowsAsync<ArgumentException>(() => group.Members[0].AllToAllAsync(even.Memory).AsTask());
    }

    /// <summary>Order-sensitive sums start with the rank's own block, then add the previous rank's, and so on around the ring.</summary>
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
        Assert.Contains("The input has 3 elements; with 2 for each of 1 ranks, it must have 2.",
            Assert.Throws<ArgumentException>(() => member.ReduceScatter<int>(new int[3], new int[2], ReduceOp.Sum)).Message,
                StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => member.Gather<int>(new int[1], new int[1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => member.Scatter<int>(new int[1], new int[1], -1));
        Assert.Contains("they must be apart", Assert.Throws<ArgumentException>(() => InPlace(member)).Message, StringComparison.Ordinal);

        static void InPlace(Communicator member)
        {
            var buffer = new int[4];
            member.AllToAll<int>(buffer, buffer);
        }
    }
}
