using System.Collections.Concurrent;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Tests how a loop switches to new links when the old ones are due to be replaced, and how links end for good.</summary>
public sealed class LinkReplacementTests
{
    private const int Length = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData((byte)SuiteCode.None)]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    public async Task AllReduce_LinksReplacedAfterEveryOperation_Continues(byte suite)
    {
        const int Operations = 20;
        var keeper = new MemoryLinkKeeper();
        await using var group = MemoryGroup.Create(2, suite: (SuiteCode)suite, replaceLinksFrom: 1, keeper: keeper);
        await group.RunAsync(async member =>
        {
            for (var i = 0; i < Operations; i++)
            {
                var buffer = Enumerable.Repeat(member.Rank + 1, Length).ToArray();
                await member.AllReduceAsync<int>(buffer, ReduceOp.Sum);
                Assert.All(buffer, value => Assert.Equal(3, value));
            }
        });

        // The lower rank initiates, in the middle of operations and between them. The higher rank may see its link end before it is asked.
        Assert.InRange(keeper.Replaced, 1, Operations - 1);
        Assert.Contains(keeper.Ends, end => end.Cause == LinkCauseCode.BytesCarried);
    }

    /// <summary>
    /// The peer sees the link close, and requests a new one because it broke. By then the true cause is known, so no failure is counted.
    /// </summary>
    [Fact]
    public async Task AllReduce_LinkDueForReplacement_IsReportedBeforeTheLinkCloses()
    {
        var keeper = new MemoryLinkKeeper();
        var toldAtClose = new ConcurrentQueue<LinkCauseCode?>();
        await using var group = MemoryGroup.Create(
            2, replaceLinksFrom: 1, keeper: keeper, wrap: (rank, _, _, lane) => rank == 1 ? lane : new WatchedLane(lane)
            {
                Closed = () => toldAtClose.Enqueue(keeper.Ends.FirstOrDefault()?.Cause),
            });
        await group.RunAsync(async member =>
        {
            for (var i = 0; i < 2; i++)
            {
                await member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum);
            }
        });

        Assert.Equal(LinkCauseCode.BytesCarried, toldAtClose.First());
    }

    [Fact]
    public async Task AllReduce_NoNewLink_FailsWithTheReason()
    {
        var keeper = new MemoryLinkKeeper { Before = (_, _) => throw new LinkOpenException("the door is shut") };
        await using var group = MemoryGroup.Create(
            2, wrap: (rank, _, _, lane) => rank == 0 ? new CuttingLane(lane, Length) : lane, keeper: keeper);
        var failures = await Task.WhenAll(group.Members.Select(member => Assert.ThrowsAsync<CollectiveException>(
            () => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask().WaitAsync(Limit))));

        Assert.All(failures, failure => Assert.Equal(CollectiveError.PeerLost, failure.Error));
        Assert.All(failures, failure => Assert.Contains("the door is shut", failure.Message, StringComparison.Ordinal));
    }

    /// <summary>A position before the acknowledged one, or beyond the frames sent, can only be a lie.</summary>
    [Theory]
    [InlineData(-1000)]
    [InlineData(1000)]
    public async Task Attach_PeerClaimsAnImpossiblePosition_IsRefusedNamingIt(int error)
    {
        var keeper =
            new MemoryLinkKeeper { Lie = (rank, _, truth) => rank == 1 ? new LinkPositions([truth.Applied[0] + (ulong)error]) : truth };
        await using var group = MemoryGroup.Create(
            2, wrap: (rank, _, _, lane) => rank == 0 ? new CuttingLane(lane, Length) : lane, keeper: keeper);
        var calls = group.Members.Select(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask().WaitAsync(Limit))
            .ToArray();
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => calls[0]);
        await Assert.ThrowsAsync<CollectiveException>(() => calls[1]);

        Assert.Equal((CollectiveError.AuthenticationFailed, 1), (failure.Error, failure.Culprit));
    }

    /// <summary>Requests to a loop that has ended do not wait forever, and a link that arrives too late is closed.</summary>
    [Fact]
    public async Task SurrenderAndAttach_LoopHasEnded_AreAnswered()
    {
        ILinkOwner? owner = null;
        var keeper = new MemoryLinkKeeper();
        await using var group = MemoryGroup.Create(2, keeper: keeper);
        owner = keeper.Owner(0);
        await group.Members[0].DisposeAsync();

        await Assert.ThrowsAsync<LinkOpenException>(() => owner.SurrenderAsync(1, CancellationToken.None).WaitAsync(Limit));
        using var pair = LinkPair.Create(SuiteCode.None, 0, 1, 1);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (lane, _) = MemoryLane.CreatePair(1024);
        var watched = new WatchedLane(lane) { Closed = () => closed.TrySetResult() };
        owner.Attach(new Link(1, [new LinkLane(watched, pair.Initiator.CreateSealer(0), pair.Initiator.CreateOpener(0))]),
            LinkPositions.None(1));
        await closed.Task.WaitAsync(Limit);
    }
}
