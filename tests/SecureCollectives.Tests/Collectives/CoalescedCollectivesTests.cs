using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>Calls that take many buffers, over in-memory lanes.</summary>
public sealed class CoalescedCollectivesTests
{
    private const int Small = 32 * 1024;

    /// <summary>The number of floats in 1 MiB; a buffer of this length or longer gets its own operation.</summary>
    private const int Large = 1 << 18;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The buffer lengths of each call, in floats.</summary>
    private static readonly int[][] Lists = [[], [0], [5], [0, 1, 0, 999, 20_000], [Large], [7, Large, Large - 1, 0, Large + 3, 123]];

    public static TheoryData<int, int, int> Worlds => new() { { 1, 0, 1 }, { 2, 0, 1 }, { 2, Small, 1 }, { 3, 0, 2 }, { 4, Small, 1 } };

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task AllReduceCoalesced_ManyBuffers_MatchSeparateCalls(int size, int small, int channels)
    {
        await using var group = MemoryGroup.Create(size, smallBytes: small, channels: channels, mesh: true);
        await group.RunAsync(async member =>
        {
            foreach (var lengths in Lists)
            {
                var buffers = Inputs(member.Rank, lengths);
                await member.AllReduceCoalescedAsync(Views(buffers), ReduceOp.Average);
                AssertSame(Averages(size, lengths), buffers);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task BroadcastCoalesced_ManyBuffers_AreTheRootsOnAllRanks(int size, int small, int channels)
    {
        await using var group = MemoryGroup.Create(size, smallBytes: small, channels: channels, mesh: true);
        await group.RunAsync(async member =>
        {
            for (var root = 0; root < size; root++)
            {
                foreach (var lengths in Lists)
                {
                    var buffers = Inputs(member.Rank, lengths);
                    await member.BroadcastCoalescedAsync(Views(buffers), root);
                    AssertSame(Inputs(root, lengths), buffers);
                }

                var opaque = new[] { new (int, long)[] { (member.Rank, 1) }, new (int, long)[] { (2, member.Rank), (3, 3) } };
                await member.BroadcastCoalescedAsync<(int, long)>([.. opaque.Select(buffer => buffer.AsMemory())], root);
                Assert.Equal([(root, 1), (2, root), (3, 3)], opaque.SelectMany(buffer => buffer));
            }
        });
    }

    /// <summary>Twenty buffers of slightly less than 1 MiB each need several packs.</summary>
    [Fact]
    public async Task AllReduceCoalesced_MoreThanAPack_UsesSeveralPacks()
    {
        int[] lengths = [.. Enumerable.Range(0, 20).Select(i => Large - 1 - i)];
        await using var group = MemoryGroup.Create(2);
        await group.RunAsync(async member =>
        {
            var buffers = Inputs(member.Rank, lengths);
            await member.AllReduceCoalescedAsync(Views(buffers), ReduceOp.Average);
            AssertSame(Averages(2, lengths), buffers);
        });
    }

    /// <summary>When the call returns, all of its operations are queued, so the next operation is the same on every rank.</summary>
    [Fact]
    public async Task AllReduceCoalesced_NotAwaited_PrecedesLaterCalls()
    {
        await using var group = MemoryGroup.Create(3, mesh: true);
        await group.RunAsync(async member =>
        {
            var (first, second, alone) = (Inputs(member.Rank, Lists[^1]), Inputs(member.Rank, Lists[3]), Inputs(member.Rank, [10])[0]);
            var calls = new[]
            {
                member.AllReduceCoalescedAsync(Views(first), ReduceOp.Average).AsTask(),
                member.AllReduceAsync<float>(alone, ReduceOp.Average).AsTask(),
                member.BroadcastCoalescedAsync(Views(second), 1).AsTask(),
                member.BarrierAsync().AsTask(),
            };
            await Task.WhenAll(calls);
            AssertSame(Averages(3, Lists[^1]), first);
            AssertSame(Inputs(1, Lists[3]), second);
            Assert.Equal(Averages(3, [10])[0], alone);
        });
    }

    [Fact]
    public async Task AllReduceCoalesced_PreScaledSum_ScalesEachBufferOnce()
    {
        await using var group = MemoryGroup.Create(2);
        await group.RunAsync(async member =>
        {
            var buffers = Inputs(member.Rank, Lists[^1]);
            await member.AllReduceCoalescedAsync(Views(buffers), ReduceOp.PreScaledSum(member.Rank + 1));
            var (zero, one) = (Inputs(0, Lists[^1]), Inputs(1, Lists[^1]));
            AssertSame(Make(Lists[^1], (buffer, position) => zero[buffer][position] + (2 * one[buffer][position])), buffers);
        });
    }

    /// <summary>The same total number of elements, divided differently: lists in another order, and a list of a single buffer.</summary>
    [Theory]
    [InlineData(new[] { 3, 5 }, new[] { 5, 3 })]
    [InlineData(new[] { 3, 5 }, new[] { 8 })]
    [InlineData(new[] { 3 }, new[] { 3, 0 })]
    [InlineData(new int[0], new[] { 0 })]
    [InlineData(new[] { Large, 3 }, new[] { 3, Large })]
    [InlineData(new[] { Large }, new[] { Large, Large })]
    public async Task Coalesced_RanksHaveDifferentLists_ReportsTheMismatch(int[] first, int[] second)
    {
        await AssertMismatchAsync("AllReduce(", member => member.AllReduceCoalescedAsync(Buffers(member), ReduceOp.Sum));
        await AssertMismatchAsync("Broadcast(", member => member.BroadcastCoalescedAsync(Buffers(member), 0));

        Memory<float>[] Buffers(Communicator member) =>
            [.. (member.Rank == 0 ? first : second).Select(length => new float[length].AsMemory())];
    }

    [Fact]
    public async Task AllReduceCoalesced_OtherRankUsesOneBuffer_ReportsTheMismatch() =>
        await AssertMismatchAsync("split", member => member.Rank == 0
        ? member.AllReduceCoalescedAsync<float>([new float[2], new float[3]], ReduceOp.Sum)
        : member.AllReduceAsync<float>(new float[5], ReduceOp.Sum));

    [Fact]
    public async Task AllReduceCoalesced_RanksDefineOtherReductions_ReportsMismatch() => await AssertMismatchAsync("Defined", member =>
    {
        var operation = ReduceOp.Define<float>(member.Rank == 0 ? "first" : "second", static (left, _, result) => left.CopyTo(result));
        return member.AllReduceCoalescedAsync<float>([new float[2], new float[3]], operation);
    });

    [Fact]
    public async Task Coalesced_TokenHasFired_ThrowsAndChangesNothing()
    {
        await using var group = MemoryGroup.Create(2);
        var fired = new CancellationToken(canceled: true);
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await group.Members[0].AllReduceCoalescedAsync<float>([new float[2]], ReduceOp.Sum, fired));
        await group.RunAsync(async member => await member.AllReduceCoalescedAsync<float>([new float[2], new float[3]], ReduceOp.Sum));
    }

    [Fact]
    public async Task Coalesced_NoSuchRootOrTypeThatCannotBeReduced_IsRefused()
    {
        await using var group = MemoryGroup.Create(1);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await group.Members[0].BroadcastCoalescedAsync<float>([], 1));
        await Assert.ThrowsAsync<ArgumentException>(async () => await group.Members[0].AllReduceCoalescedAsync<Guid>([], ReduceOp.Sum));
    }

    /// <summary>
    /// The queue holds two of the four operations. The third is refused, and the fourth is not attempted, because it would get the third's
    /// number.
    /// </summary>
    [Fact]
    public async Task Coalesced_QueueIsFull_StopsAtTheFirstRefusal()
    {
        await using var group = MemoryGroup.Create(2, queueLength: 2);
        var call = group.Members[0]
            .AllReduceCoalescedAsync<float>([.. Enumerable.Range(0, 4).Select(_ => new float[Large].AsMemory())], ReduceOp.Sum).AsTask();
        await group.Members[0].DisposeAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.WaitAsync(Limit));
        Assert.Equal(3, call.Exception!.InnerExceptions.Count);
        Assert.Equal(2,
            call.Exception.InnerExceptions.OfType<CollectiveException>().Count(exception => exception.Error == CollectiveError.Closed));
    }

    private static async Task AssertMismatchAsync(string words, Func<Communicator, ValueTask> call)
    {
        await using var group = MemoryGroup.Create(2);
        var failures = await Task.WhenAll(group.Members.Select(member => Assert.ThrowsAsync<CollectiveException>(async () =>
        {
            await call(member).AsTask().WaitAsync(Limit);
            await member.BarrierAsync().AsTask().WaitAsync(Limit);
        })));
        Assert.Contains(failures,
            failure => failure.Error == CollectiveError.CallMismatch && failure.Message.Contains(words, StringComparison.Ordinal));
    }

    private static float[][] Inputs(int rank, int[] lengths) => Make(lengths, (buffer, position) => Input(rank, buffer, position));

    /// <summary>Returns averages of small integers, which are exact or rounded once, as in the library.</summary>
    private static float[][] Averages(int size, int[] lengths) => Make(lengths, (buffer, position) =>
    {
        var sum = 0f;
        for (var rank = 0; rank < size; rank++)
        {
            sum += Input(rank, buffer, position);
        }

        return sum / size;
    });

    private static float[][] Make(int[] lengths, Func<int, int, float> value)
    {
        var buffers = new float[lengths.Length][];
        for (var i = 0; i < lengths.Length; i++)
        {
            buffers[i] = new float[lengths[i]];
            for (var j = 0; j < lengths[i]; j++)
            {
                buffers[i][j] = value(i, j);
            }
        }

        return buffers;
    }

    private static float Input(int rank, int buffer, int position) => (((position * 7) + (buffer * 5) + (rank * 13)) % 11) - 5;

    private static Memory<float>[] Views(float[][] buffers) => [.. buffers.Select(buffer => buffer.AsMemory())];

    /// <summary>Compares spans, because xunit would compare millions of elements one by one.</summary>
    private static void AssertSame(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i].AsSpan().SequenceEqual(actual[i]), $"Buffer {i} differs.");
        }
    }
}
