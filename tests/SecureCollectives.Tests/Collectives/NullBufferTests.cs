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

    /// <summary>The call is refused before it takes a number, so the ranks stay in step. Empty arrays are valid buffers.</summary>
    [Fact]
    public async Task Call_EmptyArrayAfterARefusal_Works()
    {
        await using var group = MemoryGroup.Create(2);
        Assert.Throws<ArgumentNullException>(() => group.Members[0].AllReduce<int>(Null, ReduceOp.Sum));
        await Task.WhenAll(group.Members.Select(member => Task.Run(() => member.AllReduce<int>(Array.Empty<int>(), ReduceOp.Sum))));
        await Task.WhenAll(group.Members.Select(member => member.AllReduceAsync<int>(Array.Empty<int>(), ReduceOp.Sum).AsTask()));
    }
}
