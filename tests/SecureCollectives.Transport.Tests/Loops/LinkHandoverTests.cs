using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>Between the old link and the new: the two ends get the new one at different moments, and nothing that an end says in between is lost.</summary>
public sealed class LinkHandoverTests
{
    private const int Length = 1000;

    /// <summary>A third of an operation's time limit: what is heard only by that limit is heard too late.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The peer has its new link, and the rank that gives up will never have its own.</summary>
    [Theory]
    [InlineData((byte)SuiteCode.None, 0, false)]
    [InlineData((byte)SuiteCode.None, 1, false)]
    [InlineData((byte)SuiteCode.Aes256Gcm, 0, true)]
    [InlineData((byte)SuiteCode.Aes256Gcm, 1, true)]
    public async Task Cancel_PeerHasItsNewLinkAlready_IsHeardThere(byte suite, int canceller, bool tcp)
    {
        var attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var links = new ReplacedLinks((SuiteCode)suite, arrival: rank => rank == canceller ? new TaskCompletionSource().Task : Task.CompletedTask)
        {
            Attached = rank => _ = rank != canceller && attached.TrySetResult(),
        };
        await using var group = MemoryGroup.Create(
            2, suite: (SuiteCode)suite, connect: tcp ? () => LoopbackLanes.CreatePair() : null, replaceLinksFrom: 1, openLinkAgain: links.OpenAgain);
        await group.RunAsync(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask());
        using var token = new CancellationTokenSource();
        var cancelled = group.Members[canceller].AllReduceAsync<int>(new int[Length], ReduceOp.Sum, token.Token).AsTask();
        var other = group.Members[1 - canceller].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask();
        await attached.Task.WaitAsync(Limit);
        await token.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Limit));
        await AssertCancelled(other, canceller);
    }

    /// <summary>The rank that gives up has its new link; the peer gets its own afterwards.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Cancel_PeerHasNoNewLinkYet_IsHeardThere(int canceller)
    {
        var attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var links = new ReplacedLinks(SuiteCode.Aes256Gcm, arrival: rank => rank == canceller ? Task.CompletedTask : arrival.Task)
        {
            Attached = rank => _ = rank == canceller && attached.TrySetResult(),
        };
        await using var group = MemoryGroup.Create(2, suite: SuiteCode.Aes256Gcm, replaceLinksFrom: 1, openLinkAgain: links.OpenAgain);
        await group.RunAsync(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask());
        using var token = new CancellationTokenSource();
        var cancelled = group.Members[canceller].AllReduceAsync<int>(new int[Length], ReduceOp.Sum, token.Token).AsTask();
        var other = group.Members[1 - canceller].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask();
        await attached.Task.WaitAsync(Limit);
        await token.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Limit));
        arrival.SetResult();

        await AssertCancelled(other, canceller);
    }

    /// <summary>A peer that gave up opens no link any more: both are seen, and the cause is told.</summary>
    [Fact]
    public async Task Cancel_AndThereforeNoNewLink_IsWhatIsTold()
    {
        var failing = new TaskCompletionSource<Link>();
        var withholds = false;
        await using var group = MemoryGroup.Create(
            2,
            wrap: (rank, _, _, lane) => rank == 1 ? new WatchedLane(lane) { Withholds = () => Volatile.Read(ref withholds) } : lane,
            replaceLinksFrom: 1,
            openLinkAgain: rank => (_, _, stop) => rank == 0 ? new TaskCompletionSource<Link>().Task.WaitAsync(stop) : failing.Task);
        await group.RunAsync(member => member.AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask());
        Volatile.Write(ref withholds, true);
        using var token = new CancellationTokenSource();
        var other = group.Members[1].AllReduceAsync<int>(new int[Length], ReduceOp.Sum).AsTask();
        var cancelled = group.Members[0].AllReduceAsync<int>(new int[Length], ReduceOp.Sum, token.Token).AsTask();
        await token.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Limit));
        Volatile.Write(ref withholds, false);
        failing.SetException(new LinkOpenException("the peer has left", new IOException()));

        await AssertCancelled(other, 0);
    }

    /// <summary>In a world of 3, an AllReduce of one element falls on lane 1 between ranks 1 and 2, and a barrier uses lane 0 alone.</summary>
    [Fact]
    public async Task Barrier_LaneThatItDoesNotUseIsWorn_ReplacesTheLink()
    {
        var links = new ReplacedLinks(SuiteCode.None, lanes: 2);
        await using var group = MemoryGroup.Create(3, lanesPerLink: 2, replaceLinksFrom: WornByOneElement, openLinkAgain: links.OpenAgain);
        await group.RunAsync(member => member.AllReduceAsync<long>(new long[1], ReduceOp.Sum).AsTask());
        await group.RunAsync(member => member.BarrierAsync().AsTask());

        Assert.Equal([1, 1, 1, 1], links.Opened);
    }

    /// <summary>Which lanes a call uses does not decide whether a link is replaced: else one end would speak on the old link, and the other wait for a new one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Calls_ThatDoNotMatchWhileLinksAreReplaced_NameTheMismatch(int different)
    {
        var links = new ReplacedLinks(SuiteCode.None, lanes: 2);
        await using var group = MemoryGroup.Create(3, lanesPerLink: 2, replaceLinksFrom: WornByOneElement, openLinkAgain: links.OpenAgain);
        await group.RunAsync(member => member.AllReduceAsync<long>(new long[1], ReduceOp.Sum).AsTask());
        var calls = group.Members.Select(member => member.Rank == different ? member.AllReduceAsync<long>(new long[Length], ReduceOp.Sum).AsTask() : member.BarrierAsync().AsTask()).ToArray();
        foreach (var call in calls)
        {
            Assert.Equal(CollectiveError.CallMismatch, (await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit))).Error);
        }
    }

    /// <summary>A descriptor and a frame of one 64-bit element, in plaintext.</summary>
    private const int WornByOneElement = 32 + 16 + 32 + 8;

    private static async Task AssertCancelled(Task call, int culprit)
    {
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => call.WaitAsync(Limit));
        Assert.True((failure.Error, failure.Culprit) == (CollectiveError.Cancelled, culprit), failure.Message);
    }
}
