using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// A null array converts to memory that looks empty. The call refuses it, so that the other ranks do not fail because of a different
/// length.
/// </summary>
public sealed class NullBufferTests
{
    private static readonly int[] Null = null!;
    private static readonly int[] Two = new int[2];

    public static TheoryData<string> Names => [.. Calls.Keys];

    private static Dictionary<string, (string Parameter, Action<Communicator> Call)> Calls { get; } = new()
    {
        ["AllReduceAsync"] = ("input", member => _ = member.AllReduceAsync<int>(Null, ReduceOp.Sum).AsTask()),
        ["AllReduceAsync, output"] = ("output", member => _ = member.AllReduceAsync<int>(Two, Null, ReduceOp.Sum).AsTask()),
        ["AllReduce"] = ("input", member => member.AllReduce<int>(Null, ReduceOp.Sum)),
        ["ReduceScatterAsync"] = ("input", member => _ = member.ReduceScatterAsync<int>(Null, Two, ReduceOp.Sum).AsTask()),
        ["ReduceScatter"] = ("output", member => member.ReduceScatter<int>(Two, Null, ReduceOp.Sum)),
        ["ReduceAsync"] = ("input", member => _ = member.ReduceAsync<int>(Null, Two, ReduceOp.Sum, 0).AsTask()),
        ["Reduce"] = ("input", member => member.Reduce<int>(Null, Two, ReduceOp.Sum, 0)),
        ["AllGatherAsync"] = ("shard", member => _ = member.AllGatherAsync<int>(Null, Two).AsTask()),
        ["AllGather"] = ("all", member => member.AllGather<int>(Two, Null)),
        ["GatherAsync"] = ("input", member => _ = member.GatherAsync<int>(Null, Two, 0).AsTask()),
        ["Gather"] = ("input", member => member.Gather<int>(Null, Two, 0)),
        ["BroadcastAsync"] = ("buffer", member => _ = member.BroadcastAsync<int>(Null, 0).AsTask()),
        ["Broadcast"] = ("buffer", member => member.Broadcast<int>(Null, 0)),
        ["ScatterAsync"] = ("output", member => _ = member.ScatterAsync<int>(Two, Null, 0).AsTask()),
        ["Scatter"] = ("output", member => member.Scatter<int>(Two, Null, 0)),
        ["AllToAllAsync"] = ("buffer", member => _ = member.AllToAllAsync<int>(Null).AsTask()),
        ["AllToAll"] = ("input", member => member.AllToAll<int>(Null, Two)),
    };

    /// <summary>Calls with blocks of unequal length and calls over many buffers; rank 0 is the root.</summary>
    private static Dictionary<string, (string Parameter, Action<Communicator> Call)> Others { get; } = new()
    {
        ["AllGatherVAsync"] = ("shard", member => _ = member.AllGatherVAsync<int>(Null, Two, [2, 0]).AsTask()),
        ["AllGatherVAsync, all"] = ("all", member => _ = member.AllGatherVAsync<int>(Two, Null, [2, 0]).AsTask()),
        ["AllGatherVAsync, counts"] = ("counts", member => _ = member.AllGatherVAsync<int>(Two, Two, Null).AsTask()),
        ["AllGatherV"] = ("shard", member => member.AllGatherV<int>(Null, Two, [2, 0])),
        ["AllGatherV, counts"] = ("counts", member => member.AllGatherV<int>(Two, Two, Null)),
        ["ReduceScatterVAsync"] = ("input", member => _ = member.ReduceScatterVAsync<int>(Null, Two, [2, 0], ReduceOp.Sum).AsTask()),
        ["ReduceScatterVAsync, output"] = ("output",
            member => _ = member.ReduceScatterVAsync<int>(Two, Null, [2, 0], ReduceOp.Sum).AsTask()),
        ["ReduceScatterVAsync, counts"] = ("counts", member => _ = member.ReduceScatterVAsync<int>(Two, Two, Null, ReduceOp.Sum).AsTask()),
        ["ReduceScatterVAsync, operation"] = ("operation", member => _ = member.ReduceScatterVAsync<int>(Two, Two, [2, 0], null!).AsTask()),
        ["ReduceScatterV"] = ("output", member => member.ReduceScatterV<int>(Two, Null, [2, 0], ReduceOp.Sum)),
        ["GatherVAsync"] = ("input", member => _ = member.GatherVAsync<int>(Null, Two, [2, 0], 0).AsTask()),
        ["GatherVAsync, output"] = ("output", member => _ = member.GatherVAsync<int>(Two, Null, [2, 0], 0).AsTask()),
        ["GatherVAsync, counts"] = ("counts", member => _ = member.GatherVAsync<int>(Two, Two, Null, 0).AsTask()),
        ["GatherV"] = ("input", member => member.GatherV<int>(Null, Two, [2, 0], 0)),
        ["ScatterVAsync"] = ("input", member => _ = member.ScatterVAsync<int>(Null, [2, 0], Two, 0).AsTask()),
        ["ScatterVAsync, counts"] = ("counts", member => _ = member.ScatterVAsync<int>(Two, Null, Two, 0).AsTask()),
        ["ScatterVAsync, output"] = ("output", member => _ = member.ScatterVAsync<int>(Two, [2, 0], Null, 0).AsTask()),
        ["ScatterV"] = ("output", member => member.ScatterV<int>(Two, [2, 0], Null, 0)),
        ["AllToAllVAsync"] = ("input", member => _ = member.AllToAllVAsync<int>(Null, [0, 2], Two, [0, 2]).AsTask()),
        ["AllToAllVAsync, inputCounts"] = ("inputCounts", member => _ = member.AllToAllVAsync<int>(Two, Null, Two, [0, 2]).AsTask()),
        ["AllToAllVAsync, output"] = ("output", member => _ = member.AllToAllVAsync<int>(Two, [0, 2], Null, [0, 2]).AsTask()),
        ["AllToAllVAsync, outputCounts"] = ("outputCounts", member => _ = member.AllToAllVAsync<int>(Two, [0, 2], Two, Null).AsTask()),
        ["AllToAllV"] = ("output", member => member.AllToAllV<int>(Two, [0, 2], Null, [0, 2])),
        ["AllReduceCoalescedAsync"] = ("buffers", member => _ = member.AllReduceCoalescedAsync<int>(null!, ReduceOp.Sum).AsTask()),
        ["AllReduceCoalescedAsync, one"] = ("buffers", member => _ = member.AllReduceCoalescedAsync<int>([Two, Null], ReduceOp.Sum).AsTask()),
        ["AllReduceCoalescedAsync, operation"] = ("operation", member => _ = member.AllReduceCoalescedAsync<int>([Two], null!).AsTask()),
        ["BroadcastCoalescedAsync"] = ("buffers", member => _ = member.BroadcastCoalescedAsync<int>(null!, 0).AsTask()),
        ["BroadcastCoalescedAsync, one"] = ("buffers", member => _ = member.BroadcastCoalescedAsync<int>([Null, Two], 0).AsTask()),
    };

    public static TheoryData<string> OtherNames => [.. Others.Keys];

    /// <summary>The buffer is refused by name before anything is sent, so the next call works on both ranks.</summary>
    [Theory]
    [MemberData(nameof(OtherNames))]
    public async Task Call_NullInACallOfSeveralParts_IsRefusedByNameAndSendsNothing(string name)
    {
        await using var group = MemoryGroup.Create(2);
        var (parameter, call) = Others[name];
        var refusal = Assert.Throws<ArgumentNullException>(() => call(group.Members[0]));
        Assert.Equal(parameter, refusal.ParamName);
        await Task.WhenAll(group.Members.Select(member => member.BarrierAsync().AsTask()));
    }

    /// <summary>A rank without elements passes .NET's empty memory, which is its default value.</summary>
    [Fact]
    public async Task Call_EmptyMemoryForABlockWithoutElements_Works()
    {
        await using var group = MemoryGroup.Create(2);
        int[] expected = [3, 4];
        await group.RunAsync(async member =>
        {
            var isFirst = member.Rank == 0;
            int[] all = [0, 0];
            var own = isFirst ? Memory<int>.Empty : expected.ToArray();
            await member.AllGatherVAsync<int>(own, all, [0, 2]);
            Assert.Equal(expected, all);

            await member.GatherVAsync<int>(own, isFirst ? all : Memory<int>.Empty, isFirst ? [0, 2] : [], 0);
            await member.ScatterVAsync<int>(isFirst ? all : Memory<int>.Empty, isFirst ? [0, 2] : [], own, 0);
            await member.ReduceScatterVAsync<int>(all, own, [0, 2], ReduceOp.Sum);
            Assert.Equal(isFirst ? [] : expected.Select(value => 2 * value), own.ToArray());

            await member.AllToAllVAsync<int>(
                isFirst ? all : Memory<int>.Empty, isFirst ? [0, 2] : [0, 0], isFirst ? Memory<int>.Empty : own, isFirst ? [0, 0] : [2, 0]);
            Assert.Equal(isFirst ? [] : expected, own.ToArray());
        });
    }

    [Fact]
    public async Task AllReduceCoalesced_NullBuffer_SaysWhich()
    {
        await using var group = MemoryGroup.Create(2);
        var refusal = Assert.Throws<ArgumentNullException>(
            () => { _ = group.Members[0].AllReduceCoalescedAsync<int>([Two, Null, Two], ReduceOp.Sum).AsTask(); });
        Assert.StartsWith("Buffer 1 of 3 is null or default.", refusal.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_NullArray_IsRefusedByName(string name)
    {
        await using var group = MemoryGroup.Create(2);
        var (parameter, call) = Calls[name];
        var refusal = Assert.Throws<ArgumentNullException>(() => call(group.Members[0]));
        Assert.Equal(parameter, refusal.ParamName);
        Assert.StartsWith("The buffer is null or default.", refusal.Message);
    }

    /// <summary>
    /// The call is refused before it takes an operation number, so the ranks stay in step. Empty arrays are valid buffers.
    /// </summary>
    [Fact]
    public async Task Call_EmptyArrayAfterARefusal_Works()
    {
        await using var group = MemoryGroup.Create(2);
        Assert.Throws<ArgumentNullException>(() => group.Members[0].AllReduce<int>(Null, ReduceOp.Sum));
        await Task.WhenAll(group.Members.Select(member => Task.Run(() => member.AllReduce<int>(Array.Empty<int>(), ReduceOp.Sum))));
        await Task.WhenAll(group.Members.Select(member => member.AllReduceAsync<int>(Array.Empty<int>(), ReduceOp.Sum).AsTask()));
    }
}
