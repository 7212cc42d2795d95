using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Security.Keys;
using SecureCollectives.Testing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Memory;

namespace SecureCollectives.Tests.Membership;

public sealed class LinkExpiryTests
{
    private const int Elements = 10_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Watch_FirstCertificateExpires_EndsTheCommunicatorAndNamesItsRank()
    {
        var time = new TimerTime(Start);
        await using var loop = NewLoop();
        using var expiry = LinkExpiry.Watch(loop, 0, [Expiring(1, Start.AddHours(2)), Expiring(2, Start.AddHours(1))], time);

        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(loop.Failure);
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((AbortReason.AuthenticationFailed, 2), (loop.Failure!.Reason, loop.Failure.Culprit));
        Assert.Contains("expired", loop.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_CertificateOutlivesATimer_EndsTheCommunicatorAllTheSame()
    {
        var time = new TimerTime(Start);
        await using var loop = NewLoop();
        using var expiry = LinkExpiry.Watch(loop, 0, [Expiring(1, Start.AddDays(90))], time);

        for (var day = 1; day < 90; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            Assert.Null(loop.Failure);
        }

        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(AbortReason.AuthenticationFailed, loop.Failure!.Reason);
    }

    [Fact]
    public async Task Dispose_BeforeTheEnd_LeavesTheCommunicatorAlone()
    {
        var time = new TimerTime(Start);
        await using var loop = NewLoop();
        LinkExpiry.Watch(loop, 0, [Expiring(1, Start.AddHours(1))], time)!.Dispose();

        time.Advance(TimeSpan.FromHours(2));

        Assert.Null(loop.Failure);
    }

    /// <summary>Rank 0 waits in a call when the certificate of rank 1 expires: its call fails, and rank 1 is told over the lane that they share.</summary>
    [Fact]
    public async Task Watch_CertificateExpiresDuringACall_FailsItOnBothRanks()
    {
        var time = new TimerTime(Start);
        using var keys = LinkPair.Create(SuiteCode.Aes256Gcm, 0, 1, lanes: 1);
        var (first, second) = MemoryLane.CreatePair(64 * 1024);
        var link = new Link(1, [new LinkLane(first, keys.Initiator.CreateSealer(0), keys.Initiator.CreateOpener(0))]);
        var back = new Link(0, [new LinkLane(second, keys.Responder.CreateSealer(0), keys.Responder.CreateOpener(0))]);
        await using var zero = Member(0, link, loop => LinkExpiry.Watch(loop, 0, [new OpenedLink(link, new CertificateExpiry(Start.AddHours(1), 1))], time));
        await using var one = Member(1, back, _ => null);
        await Task.WhenAll(zero.BarrierAsync().AsTask(), one.BarrierAsync().AsTask()).WaitAsync(Limit);

        var waiting = zero.AllReduceAsync<int>(new int[Elements], ReduceOp.Sum).AsTask();
        time.Advance(TimeSpan.FromHours(1));
        var failure = await Assert.ThrowsAsync<CollectiveException>(() => waiting.WaitAsync(Limit));
        var told = await Assert.ThrowsAsync<CollectiveException>(() => one.AllReduceAsync<int>(new int[Elements], ReduceOp.Sum).AsTask().WaitAsync(Limit));

        Assert.Equal((CollectiveError.AuthenticationFailed, 1), (failure.Error, failure.Culprit));
        Assert.Equal((CollectiveError.AuthenticationFailed, 1), (told.Error, told.Culprit));
    }

    private static Communicator Member(int rank, Link link, Func<Loop, LinkExpiry?> watch)
    {
        var loop = new Loop($"expiry {rank}", rank, 2, 1, [link], new LoopOptions(4096, 0));
        return new Communicator("expiry", rank, 2, new ScheduleCache(rank, 2, 4096, 0), Limit, loop, watch(loop));
    }

    private static Loop NewLoop() => new("expiry", 0, 3, 1, [], new LoopOptions(4096, 0));

    private static OpenedLink Expiring(int peer, DateTimeOffset notAfter) => new(new Link(peer, []), new CertificateExpiry(notAfter, peer));
}
