using SecureCollectives.Testing;

namespace SecureCollectives.Tests.Faults;

/// <summary>
/// Ranks make different calls. Every rank's exception names two ranks and the call of each, even if each rank leaves its job as soon as it
/// has failed, as a program does if the exception ends it.
/// </summary>
public sealed class DifferentCallsTests
{
    private const int Large = 50_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, Func<Communicator, int, ValueTask>> Lengths = new()
    {
        ["AllReduce"] = static (member, length) => member.AllReduceAsync<int>(new int[length], ReduceOp.Sum),
        ["AllGather"] = static (member, length) => member.AllGatherAsync<int>(new int[length], new int[length * member.Size]),
        ["ReduceScatter"] = static (member, length) =>
            member.ReduceScatterAsync<int>(new int[length * member.Size], new int[length], ReduceOp.Sum),
        ["Broadcast"] = static (member, length) => member.BroadcastAsync<int>(new int[length], 0),
        ["Reduce"] = static (member, length) =>
            member.ReduceAsync<int>(new int[length], new int[member.Rank == 0 ? length : 0], ReduceOp.Sum, 0),
        ["Gather"] = static (member, length) =>
            member.GatherAsync<int>(new int[length], new int[member.Rank == 0 ? length * member.Size : 0], 0),
        ["Scatter"] = static (member, length) =>
            member.ScatterAsync<int>(new int[member.Rank == 0 ? length * member.Size : 0], new int[length], 0),
        ["AllToAll"] = static (member, length) =>
            member.AllToAllAsync<int>(new int[length * member.Size], new int[length * member.Size]),
        ["AllGatherV"] = static (member, length) =>
            member.AllGatherVAsync<int>(new int[length], new int[length * member.Size], Counts(member, length)),
        ["ReduceScatterV"] = static (member, length) =>
            member.ReduceScatterVAsync<int>(new int[length * member.Size], new int[length], Counts(member, length), ReduceOp.Sum),
        ["GatherV"] = static (member, length) => member.GatherVAsync<int>(
            new int[length], new int[member.Rank == 0 ? length * member.Size : 0], member.Rank == 0 ? Counts(member, length) : [], 0),
        ["ScatterV"] = static (member, length) => member.ScatterVAsync<int>(
            new int[member.Rank == 0 ? length * member.Size : 0], member.Rank == 0 ? Counts(member, length) : [], new int[length], 0),
        ["AllToAllV"] = static (member, length) => member.AllToAllVAsync<int>(
            new int[length * member.Size], Counts(member, length), new int[length * member.Size], Counts(member, length)),
        ["AllReduce, coalesced"] = static (member, length) =>
            member.AllReduceCoalescedAsync<int>([new int[7], new int[length]], ReduceOp.Sum),
        ["Broadcast, coalesced"] = static (member, length) => member.BroadcastCoalescedAsync<int>([new int[7], new int[length]], 0),
    };

    private static readonly Dictionary<string, Func<Communicator, bool, ValueTask>> Types = new()
    {
        ["AllReduce"] = static (member, odd) => odd
            ? member.AllReduceAsync<float>(new float[9], ReduceOp.Sum) : member.AllReduceAsync<int>(new int[9], ReduceOp.Sum),
        ["AllGather"] = static (member, odd) => odd
            ? member.AllGatherAsync<float>(new float[9], new float[9 * member.Size])
            : member.AllGatherAsync<int>(new int[9], new int[9 * member.Size]),
        ["Broadcast"] = static (member, odd) => odd
            ? member.BroadcastAsync<float>(new float[9], 0) : member.BroadcastAsync<int>(new int[9], 0),
        ["AllToAllV"] = static (member, odd) => odd
            ? member.AllToAllVAsync<float>(
                new float[9 * member.Size], Counts(member, 9), new float[9 * member.Size], Counts(member, 9))
            : member.AllToAllVAsync<int>(new int[9 * member.Size], Counts(member, 9), new int[9 * member.Size], Counts(member, 9)),
        ["GatherV"] = static (member, odd) => odd
            ? member.GatherVAsync<float>(new float[9], default, [], 0)
            : member.GatherVAsync<int>(new int[9], new int[member.Rank == 0 ? 9 * member.Size : 0],
                member.Rank == 0 ? Counts(member, 9) : [], 0),
        ["AllReduce, coalesced"] = static (member, odd) => odd
            ? member.AllReduceCoalescedAsync<float>([new float[9]], ReduceOp.Sum)
            : member.AllReduceCoalescedAsync<int>([new int[9]], ReduceOp.Sum),
        ["another collective"] = static (member, odd) => odd
            ? member.BroadcastAsync<int>(new int[9], 0) : member.AllReduceAsync<int>(new int[9], ReduceOp.Sum),
    };

    /// <summary>Messages between two ranks, and chunks among four.</summary>
    public static TheoryData<string, int, int> LengthCases =>
        [.. Lengths.Keys.SelectMany(static name => new[] { (name, 9, 2), (name, Large, 4) })];

    public static TheoryData<string> TypeCases => [.. Types.Keys];

    [Theory]
    [MemberData(nameof(LengthCases))]
    public Task Call_OneRankHasAnotherLength_EveryRankNamesBothCalls(string name, int length, int size) =>
        AssertAsync(size, (member, odd) => Lengths[name](member, odd ? length + 1 : length), $"{name.Split(',')[0]}(");

    [Theory]
    [MemberData(nameof(TypeCases))]
    public Task Call_OneRankHasAnotherType_EveryRankNamesBothCalls(string name) => AssertAsync(4, Types[name], "(");

    private static async Task AssertAsync(int size, Func<Communicator, bool, ValueTask> call, string words)
    {
        await using var cluster = new LocalCluster(size);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "different", () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());

        var failures = await Task.WhenAll(members.Select((member, rank) => Task.Run(() => FailAsync(jobs[rank], member, call))))
            .WaitAsync(Limit);

        Assert.All(failures, failure =>
        {
            Assert.True(failure.Error == CollectiveError.CallMismatch, string.Join('\n', failures.Select(one => one.Message)));
            Assert.Equal(2, failure.Message.Split(" called ").Length - 1);
            Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        });
    }

    /// <summary>
    /// A rank that needs nothing from the others may complete a small call before it hears from them. Its next call then fails.
    /// </summary>
    private static async Task<CollectiveException> FailAsync(Job job, Communicator member, Func<Communicator, bool, ValueTask> call)
    {
        try
        {
            await call(member, member.Rank == 1);
            while (true)
            {
                await member.BarrierAsync();
            }
        }
        catch (CollectiveException exception)
        {
            await job.DisposeAsync();
            return exception;
        }
    }

    private static int[] Counts(Communicator member, int length) => [.. Enumerable.Repeat(length, member.Size)];
}
