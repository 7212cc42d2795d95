using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>How a loop goes over to new links that are opened because the old ones should end, or end for good.</summary>
public sealed class LinkReplacementTests
{
    private const int Length = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData((byte)SuiteCode.None)]
    [InlineData((byte)SuiteCode.Aes256Gcm)]
    public async Task AllReduce_LinksWornAfterEveryOperation_GoesOn(byte suite)
    {
        const int Operations = 5;
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

        // Before every operation but the first, and by the lower rank's word alone. The higher may see its end before it is asked for it.
        Assert.Equal(Operations - 1, keeper.Replaced);
        Assert.Equal(Operations - 1, keeper.Ends.Count(end => end.Cause == LinkEndCause.Worn));
    }

    /// <summary>A lane that the operation does not use is worn: the link goes all the same, with all its lanes.</summary>
    [Fact]
    public async Task Barrier_LaneThatItDoesNotUseIsWorn_ReplacesTheLink()
    {
        // In a world of 3, an AllReduce of one element falls on lane 1 between ranks 1 and 2, and a barrier uses lane 0 alone. A descriptor and a frame of one element.
        const int WornByOneElement = 32 + 16 + 32 + 8;
        var keeper = new MemoryLinkKeeper();
        await using var group = MemoryGroup.Create(3, lanesPerLink: 2, replaceLinksFrom: WornByOneElement, keeper: keeper);
        await group.RunAsync(member => member.AllReduceAsync<long>(new long[1], ReduceOp.Sum).AsTask());
        await group.RunAsync(member => member.BarrierAsync().AsTask());

        Assert.InRange(keeper.Replaced, 1, 3);
    }

    [Fact]
    public async Task AllReduce_NoNewLink_FailsAndSaysWhy()
    {
        var keeper = new MemoryLinkKeeper { Before = (_, _) => throw new LinkOpenException("the door is shut", new IOException()) };
        await using var group = MemoryGroup.Create(2, replaceLinksFrom: 1, keeper: keeper);
        await group.RunAsync(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask());
        var failure = await Assert.ThrowsAsync<CollectiveException>(
            () => group.Members[0].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask().WaitAsync(Limit));

        Assert.Equal((CollectiveError.PeerLost, 1), (failure.Error, failure.Culprit));
        Assert.Contains("the door is shut", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A position before what was acknowledged, or beyond what was sent, can only be a lie.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Attach_PeerClaimsAPositionThatCannotBe_IsRefusedNamingIt(int error)
    {
        var keeper = new MemoryLinkKeeper { Lie = (rank, _, truth) => rank == 1 ? new LinkPositions([truth.Applied[0] + (ulong)error]) : truth };
        await using var group = MemoryGroup.Create(2, replaceLinksFrom: 1, keeper: keeper);
        await group.RunAsync(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask());
        var failure = await Assert.ThrowsAsync<CollectiveException>(
            () => group.Members[0].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask().WaitAsync(Limit));

        Assert.Equal((CollectiveError.AuthenticationFailed, 1), (failure.Error, failure.Culprit));
    }

    /// <summary>Asked of a loop that has ended, nothing waits for ever, and a link that comes too late is closed.</summary>
    [Fact]
    public async Task SurrenderAndAttach_LoopHasEnded_AreAnswered()
    {
        ILinkOwner? owner = null;
        var keeper = new MemoryLinkKeeper();
        await using var group = MemoryGroup.Create(2, keeper: keeper);
        owner = keeper.Owner(0);
        await group.Members[0].DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => owner.SurrenderAsync(1, CancellationToken.None).WaitAsync(Limit));
        using var pair = LinkPair.Create(SuiteCode.None, 0, 1, 1);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (lane, _) = MemoryLane.CreatePair(1024);
        var watched = new WatchedLane(lane) { Closed = () => closed.TrySetResult() };
        owner.Attach(new Link(1, [new LinkLane(watched, pair.Initiator.CreateSealer(0), pair.Initiator.CreateOpener(0))]), LinkPositions.Start(1));
        await closed.Task.WaitAsync(Limit);
    }
}
