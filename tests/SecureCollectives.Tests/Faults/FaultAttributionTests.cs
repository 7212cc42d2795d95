using System.Collections.Concurrent;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Faults;

/// <summary>
/// Workers in one process, connected as if they were on several machines: each single fault has one culprit, which all ranks name in the
/// same words.
/// </summary>
public sealed class FaultAttributionTests
{
    private const int Size = 4;
    private const int Elements = 2_000_003;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Every replacement of the cut link is cut as well, until the number of heals exceeds the limit.</summary>
    [Theory]
    [InlineData(1, 2, Protection.Aead)]
    [InlineData(0, 3, Protection.Tls)]
    public async Task AllReduce_LanesBetweenTwoAreCut_AllNameThePair(int low, int high, Protection protection)
    {
        var links = new ConcurrentBag<Link>();
        var cutting = false;
        await using var cluster = new LocalCluster(Size);
        var jobs = await cluster.JoinAllAsync();
        var members = await OpenAsync(jobs, "cut", rank => new CommunicatorOptions
        {
            Protection = protection,
            Hooks = new LaneHooks { Opened = link => Keep(rank, link) },
        });
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
        var calls = members.Select(member => ReduceForEverAsync(member)).ToArray();
        Volatile.Write(ref cutting, true);
        Cut(Assert.Single(links));

        var failures = await AllFailAsync(calls);
        Assert.All(failures,
            failure => Assert.Equal((CollectiveError.PeerLost, low, high), (failure.Error, failure.Culprit, failure.OtherCulprit)));
        Assert.Single(failures.Select(failure => failure.Message).Distinct());
        Assert.Contains($"ranks {low} and {high} lost their connection to each other, though both are alive", failures[0].Message,
            StringComparison.Ordinal);

        void Keep(int rank, Link link)
        {
            if (rank == low && link.Peer == high)
            {
                links.Add(link);
                if (Volatile.Read(ref cutting))
                {
                    Cut(link);
                }
            }
        }
    }

    /// <summary>A rank that waits for a message delays the others, but is not to blame.</summary>
    [Fact]
    public async Task Receive_NobodySendsWhileOthersReduce_AllNameTheMissingSender()
    {
        await using var cluster = new LocalCluster(Size);
        var jobs = await cluster.JoinAllAsync();
        var members = await OpenAsync(
            jobs, "message", static rank => new CommunicatorOptions { OperationTimeout = rank == 1 ? TimeSpan.FromSeconds(2) : Limit });
        var failures = await AllFailAsync([
            members[1].ReceiveAsync<int>(new int[10], 3, 8),
            members[0].AllReduceAsync<int>(new int[10], ReduceOp.Sum).AsTask(),
            members[2].AllReduceAsync<int>(new int[10], ReduceOp.Sum).AsTask(),
        ]);
        Assert.All(failures,
            static failure => Assert.Equal((CollectiveError.TimedOut, 3, null), (failure.Error, failure.Culprit, failure.OtherCulprit)));
        Assert.All(failures, static failure => Assert.Contains(
            "rank 1 waited for rank 3 in Send or Receive, and saw: waited for rank 3 for 2 s, the operation's time limit; rank 3 is alive "
                + "and is not waiting for any rank", failure.Message, StringComparison.Ordinal));
    }

    /// <summary>
    /// Rank 0 gives up first. It waits for rank 2, which waits for rank 1 in another call, and rank 1 waits for rank 3, which has not
    /// called.
    /// </summary>
    [Fact]
    public async Task Receive_FromARankThatWaitsItself_NamesTheEndOfTheChain()
    {
        await using var cluster = new LocalCluster(Size);
        var jobs = await cluster.JoinAllAsync();
        var members = await OpenAsync(
            jobs, "chain", static rank => new CommunicatorOptions { OperationTimeout = rank == 0 ? TimeSpan.FromSeconds(2) : Limit });
        var failures = await AllFailAsync([
            members[0].ReceiveAsync<int>(new int[10], 2),
            members[2].ReceiveAsync<int>(new int[10], 1),
            members[1].AllReduceAsync<int>(new int[10], ReduceOp.Sum).AsTask(),
            members[2].AllReduceAsync<int>(new int[10], ReduceOp.Sum).AsTask(),
        ]);
        Assert.All(failures,
            static failure => Assert.Equal((CollectiveError.TimedOut, 3, null), (failure.Error, failure.Culprit, failure.OtherCulprit)));
    }

    /// <summary>The arbiters, ranks 0 and 1, are in neither of the two groups, and know only of the outer one.</summary>
    [Fact]
    public async Task AllReduce_OfANestedGroup_TheArbitersOfTheJobDecide()
    {
        await using var cluster = new LocalCluster(Size + 1);
        var members = await LocalCluster.OpenAllAsync(await cluster.JoinAllAsync(), "whole", static () => new CommunicatorOptions());
        var inner = new Communicator?[Size + 1];
        await LocalCluster.RunAsync(members, async member =>
        {
            if (await member.SplitAsync(member.Rank < 2 ? null : 0) is { } outer)
            {
                inner[member.Rank] = await outer.SplitAsync(
                    outer.Rank == 0 ? null : 0, options: new CommunicatorOptions { OperationTimeout = TimeSpan.FromSeconds(2) });
            }
        });
        var failure = Assert.Single(await AllFailAsync([inner[3]!.AllReduceAsync<int>(new int[10], ReduceOp.Sum).AsTask()]));
        Assert.Equal((CollectiveError.TimedOut, 4), (failure.Error, failure.Culprit));
        Assert.Contains("rank 4 is alive but has not got that far", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Covers rank 0, the arbiter, too. The late rank, idle until then, learns of the failure as well; another communicator of the same
    /// workers is not affected.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task AllReduce_OneRankDoesNotCall_AllNameItAndItLearnsOfIt(int late)
    {
        await using var cluster = new LocalCluster(Size);
        var jobs = await cluster.JoinAllAsync();
        var members = await OpenAsync(jobs, "late", _ => new CommunicatorOptions { OperationTimeout = TimeSpan.FromSeconds(3) });
        var others = await OpenAsync(jobs, "other", _ => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
        var calls = members.Where(member => member.Rank != late)
            .Select(member => member.AllReduceAsync<int>(new int[Elements], ReduceOp.Sum).AsTask()).ToArray();

        var failures = await AllFailAsync(calls);
        var learned = await Assert.ThrowsAsync<CollectiveException>(
            () => members[late].AllReduceAsync<int>(new int[Elements], ReduceOp.Sum).AsTask().WaitAsync(Limit));
        Assert.All(failures.Append(learned),
            failure => Assert.Equal((CollectiveError.TimedOut, late, null), (failure.Error, failure.Culprit, failure.OtherCulprit)));
        Assert.Single(failures.Append(learned).Select(failure => failure.Message).Distinct());
        await LocalCluster.RunAsync(others, member => member.BarrierAsync().AsTask());
    }

    /// <summary>
    /// Covers a different length with the same algorithm, which a neighbour detects in the first descriptor, and a length with a different
    /// algorithm, on lanes that the others do not read, which is detected when nothing moves.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Calls_ThatDoNotMatch_EveryRankNamesBothRanksAndBothCalls(int other)
    {
        await using var cluster = new LocalCluster(Size);
        var jobs = await cluster.JoinAllAsync();
        foreach (var length in new[] { Elements + 1, 1 })
        {
            var members = await OpenAsync(jobs, $"mismatch {length}", _ => new CommunicatorOptions());
            await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
            var failures = await AllFailAsync(
                [.. members.Select(
                    member => member.AllReduceAsync<int>(new int[member.Rank == other ? length : Elements], ReduceOp.Sum).AsTask())]);
            Assert.All(failures, failure => Assert.Equal((CollectiveError.CallMismatch, other), (failure.Error, failure.Culprit)));
            Assert.Single(failures.Select(failure => failure.Message).Distinct());
            Assert.Contains($"rank 0 called AllReduce({Elements} x Int32, Sum, Ring), rank {other} called AllReduce({length} x Int32, "
                + "Sum, ", failures[0].Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Each pair of calls: the call of rank 1, and that of all others.</summary>
    private static readonly Dictionary<string, (Func<Communicator, ValueTask> Odd, Func<Communicator, ValueTask> Others)> DifferentCalls =
        new()
        {
            ["root of a small Broadcast"] = (
            static member => member.BroadcastAsync<int>(new int[8], 1), static member => member.BroadcastAsync<int>(new int[8], 0)),
            ["root of a large Broadcast"] = (static member => member.BroadcastAsync<int>(new int[Elements], 3),
            static member => member.BroadcastAsync<int>(new int[Elements], 2)),
            ["root of a Gather"] = (static member => member.GatherAsync<int>(new int[9], new int[9 * Size], 1),
            static member => member.GatherAsync<int>(new int[9], new int[member.Rank == 0 ? 9 * Size : 0], 0)),
            ["length of a ReduceScatter"] =
            (static member => member.ReduceScatterAsync<int>(new int[9 * Size], new int[9], ReduceOp.Sum), static member => member
                .ReduceScatterAsync<int>(new int[8 * Size], new int[8], ReduceOp.Sum)),
            ["type of an AllToAll"] = (static member => member.AllToAllAsync<int>(new int[Elements * Size]),
            static member => member.AllToAllAsync<float>(new float[Elements * Size])),
            ["operator of a Reduce"] = (static member => member.ReduceAsync<int>(new int[9], default, ReduceOp.Max, 0),
            static member => member.ReduceAsync<int>(new int[9], new int[member.Rank == 0 ? 9 : 0], ReduceOp.Min, 0)),
            ["split of an AllGatherV"] = (
            static member => member.AllGatherVAsync<int>(new int[2], new int[2 * Size], [1, 2, 3, 2]),
            static member => member.AllGatherVAsync<int>(new int[2], new int[2 * Size], [2, 2, 2, 2])),
            ["split of an AllToAllV"] = (
            static member => member.AllToAllVAsync<int>(new int[2 * Size], [2, 2, 2, 2], new int[2 * Size], [2, 2, 1, 3]),
            static member => member.AllToAllVAsync<int>(new int[2 * Size], [2, 2, 2, 2], new int[2 * Size], [2, 2, 2, 2])),
            ["length of a ScatterV"] = (
            static member => member.ScatterVAsync<int>(default, [], new int[3], 0), static member => member.ScatterVAsync<int>(
            new int[member.Rank == 0 ? 2 * Size : 0], member.Rank == 0 ? [2, 2, 2, 2] : [], new int[2], 0)),
        };

    public static TheoryData<string> DifferentCallNames => [.. DifferentCalls.Keys];

    [Theory]
    [MemberData(nameof(DifferentCallNames))]
    public async Task Calls_ThatDifferInOneThing_EveryRankNamesBothCalls(string name)
    {
        await using var cluster = new LocalCluster(Size);
        var members = await OpenAsync(await cluster.JoinAllAsync(), "different", _ => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
        var (odd, others) = DifferentCalls[name];

        // A small call may succeed on a rank that needs nothing from the others; a later call then fails.
        var failures = await AllFailAsync([.. members.Select(member => CallAsync(member, member.Rank == 1 ? odd : others))]);
        Assert.All(failures, failure => Assert.Equal(CollectiveError.CallMismatch, failure.Error));
        Assert.True(failures.DistinctBy(static failure => failure.Message).Count() == 1,
            string.Join('\n', failures.Select(static failure => failure.Message)));
        Assert.Equal(2, failures[0].Message.Split(" called ").Length - 1);

        static async Task CallAsync(Communicator member, Func<Communicator, ValueTask> call)
        {
            await call(member);
            while (true)
            {
                await member.BarrierAsync();
            }
        }
    }

    /// <summary>After a failure the same id can be opened again, and leftovers from an earlier instance do not end a later one.</summary>
    [Fact]
    public async Task Open_SameIdAfterAFailure_Works()
    {
        await using var cluster = new LocalCluster(Size);
        var jobs = await cluster.JoinAllAsync();
        for (var life = 0; life < 3; life++)
        {
            var members = await OpenAsync(jobs, "again", _ => new CommunicatorOptions());
            await LocalCluster.RunAsync(members, member => member.BarrierAsync().AsTask());
            using var token = new CancellationTokenSource();
            var calls = members.Select(member => ReduceForEverAsync(member, member.Rank == 2 ? token.Token : default)).ToArray();
            await token.CancelAsync();
            foreach (var call in calls)
            {
                var failure = await Record.ExceptionAsync(() => call.WaitAsync(Limit));
                Assert.True(failure is OperationCanceledException or CollectiveException { Error: CollectiveError.Cancelled, Culprit: 2 },
                    $"{failure}");
            }

            await Task.WhenAll(members.Select(member => member.DisposeAsync().AsTask())).WaitAsync(Limit);
        }
    }

    private static async Task<Communicator[]> OpenAsync(Job[] jobs, string id, Func<int, CommunicatorOptions> options) =>
        await Task.WhenAll(jobs.Select(job => job.OpenCommunicatorAsync(id, options(job.Rank)))).WaitAsync(Limit);

    private static async Task ReduceForEverAsync(Communicator member, CancellationToken cancellationToken = default)
    {
        var buffer = new int[Elements];
        while (true)
        {
            await member.AllReduceAsync<int>(buffer, ReduceOp.Max, cancellationToken);
        }
    }

    private static async Task<CollectiveException[]> AllFailAsync(Task[] calls)
    {
        var failures = new List<CollectiveException>();
        foreach (var call in calls)
        {
            failures.Add(await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit)));
        }

        return [.. failures];
    }

    /// <summary>Ends both directions of every connection, as if the network had failed; both workers stay alive.</summary>
    private static void Cut(Link link)
    {
        foreach (var lane in link.Lanes)
        {
            ConnectionCut.Cut(lane.Lane.Descriptor);
        }
    }
}
