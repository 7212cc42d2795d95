using SecureCollectives.Framing;
using SecureCollectives.Membership;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Membership;

public sealed class LinkExpiryTests
{
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

    private static Loop NewLoop() => new("expiry", 0, 3, 1, [], new LoopOptions(4096, 0));

    private static OpenedLink Expiring(int peer, DateTimeOffset notAfter) => new(new Link(peer, []), new CertificateExpiry(notAfter, peer));
}
