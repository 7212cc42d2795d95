using SecureCollectives.Framing;
using SecureCollectives.Links;
using SecureCollectives.Membership;
using SecureCollectives.Testing;
using SecureCollectives.Tests.Membership;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Tests.Links;

/// <summary>No link outlives the certificates it was opened with. Time is simulated.</summary>
public sealed class LinkExpiryTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Watch_CertificatesExpire_AreAnnouncedAndReportedOnceInOrder()
    {
        var time = new TimerTime(Start);
        List<string> told = [];
        using var expiry = Watch(time, told, Expiring(1, Start.AddHours(2)), Expiring(2, Start.AddHours(1)));

        time.Advance(TimeSpan.FromMinutes(53));
        Assert.Empty(told);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["rank 2 nears"], told);
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(["rank 2 nears", "rank 2 expired"], told);
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["rank 2 nears", "rank 2 expired", "rank 1 expired"], told);
    }

    [Fact]
    public void Watch_CertificateOutlivesATimer_IsStillReported()
    {
        var time = new TimerTime(Start);
        List<string> told = [];
        using var expiry = Watch(time, told, Expiring(1, Start.AddDays(90)));

        for (var day = 1; day < 90; day++)
        {
            time.Advance(TimeSpan.FromDays(1));
            Assert.Empty(told);
        }

        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["rank 1 expired"], told);
    }

    [Fact]
    public void Replace_BeforeTheExpiry_WatchesTheNewCertificate()
    {
        var time = new TimerTime(Start);
        List<string> told = [];
        using var expiry = Watch(time, told, Expiring(1, Start.AddHours(1)));

        time.Advance(TimeSpan.FromMinutes(50));
        expiry.Watch(Expiring(1, Start.AddHours(3)));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(told);
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["rank 1 expired"], told);
    }

    [Fact]
    public void Dispose_BeforeTheExpiry_ReportsNothing()
    {
        var time = new TimerTime(Start);
        List<string> told = [];
        Watch(time, told, Expiring(1, Start.AddHours(1))).Dispose();

        time.Advance(TimeSpan.FromHours(2));

        Assert.Empty(told);
    }

    [Theory]
    [InlineData(24 * 60, 23 * 60)]
    [InlineData(10 * 60, 9 * 60)]
    [InlineData(60, 54)]
    [InlineData(0, 0)]
    public void At_OfALifetime_IsATenthOfItOrAnHourBeforeTheEnd(int minutes, int at) =>
        Assert.Equal(Start.AddMinutes(at), ExpiryNotice.At(Start, Start.AddMinutes(minutes)));

    /// <summary>
    /// A certificate that is not renewed: the log warns ahead of time, then both ends fail at the operation that their owner names.
    /// </summary>
    [Fact]
    public async Task Certificate_NotRenewed_IsAnnouncedAndEndsTheCommunicatorAtItsOperation()
    {
        var pki = new TestPki();
        var time = new TimerTime(pki.Now);
        await using var pair = await KeptPair.OpenAsync(new CommunicatorOptions { LinkLifetime = TimeSpan.FromDays(30) }, time, pki);
        var expiry = pair.Ends[0].First.Certificates.Expiry;

        time.Advance(expiry.NotAfter - TimeSpan.FromMinutes(61) - time.GetUtcNow());
        Assert.Empty(pair.Logs.Warnings);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2,
            pair.Logs.Warnings.Count(message => message.StartsWith(
                "Rank 0's certificate, used to open the link of communicator 'kept' to rank ", StringComparison.Ordinal)));
        Assert.All(pair.Ends, end => Assert.Equal(0, end.Owner.Surrenders));
        time.Advance(TimeSpan.FromHours(1));

        var failure = await pair.Ends[0].Aborted.Task.WaitAsync(Limit);
        Assert.Equal((AbortReason.AuthenticationFailed, 0, KeptPair.Operation, 0),
            (failure.Reason, failure.Culprit, failure.Operation, failure.Reporter));
        Assert.Contains("expired", failure.Detail);

        // The other end cannot know until it sees the certificate presented now.
        var (peer, reason, _) = await pair.Ends[1].Owner.Failed;
        Assert.Equal((0, AbortReason.AuthenticationFailed), (peer, reason));
        Assert.All(pair.Ends, end => Assert.Null(end.Owner.Link));
    }

    /// <summary>
    /// An authority above both leaves expires before them, so each end must watch the expiry of its whole chain, not only of its leaf.
    /// </summary>
    [Fact]
    public async Task Certificates_AuthorityExpiresBeforeTheLeaves_BothEndsWatchTheAuthority()
    {
        await using var pair = await KeptPair.OpenAsync(leaf: rank => new LeafRecipe
        {
            Uris = [$"spiffe://{TestPki.DefaultTrustDomain}/job/{TestPki.DefaultJob}/rank/{rank}"],
            ValidUntil = TimeSpan.FromDays(3650),
        });
        using var root = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pair.Pki.RootPem);
        var end = new DateTimeOffset(root.NotAfter);

        Assert.All(pair.Ends, one => Assert.Equal(end, one.First.Certificates.OwnNotAfter));
        Assert.All(pair.Ends, one => Assert.Equal(new CertificateExpiry(end, 0), one.First.Certificates.Expiry));
    }

    [Fact]
    public void IsRenewedBy_SameLeafUnderAnAuthorityThatLastsLonger_IsRenewed()
    {
        using var pki = new TestPki();
        var newest = pki.CreateIdentity(0);
        var expiry = new CertificateExpiry(newest.NotAfter, 0);

        Assert.False(new LinkCertificates(expiry, newest.LeafHash, newest.NotAfter).IsRenewedBy(newest));
        Assert.True(new LinkCertificates(expiry, newest.LeafHash, newest.NotAfter.AddHours(-1)).IsRenewedBy(newest));
        Assert.True(new LinkCertificates(expiry, new byte[32], newest.NotAfter).IsRenewedBy(newest));
    }

    /// <summary>
    /// The certificate was renewed too late to replace the link in time. The old link is closed immediately, and a new one takes its place.
    /// </summary>
    [Fact]
    public async Task Certificate_RenewedAtTheLastMoment_HealsTheLink()
    {
        var pki = new TestPki();
        var time = new TimerTime(pki.Now);
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions
            {
                LinkLifetime = TimeSpan.FromDays(
                30),
                LinkKeeping = new LinkKeeperOptions { CheckInterval = TimeSpan.FromDays(3) }
            }, time, pki);
        pair.Renew(0, TimeSpan.FromDays(2));
        await pair.Ends[1].Keeper.DisposeAsync();

        time.Advance(pair.Ends[0].First.Certificates.Expiry.NotAfter - time.GetUtcNow());

        await pair.Logs.WaitForAsync(message => message.EndsWith(
            "is being replaced: the certificate of rank 0 that opened it has expired.", StringComparison.Ordinal));
        Assert.Null(pair.Ends[0].Owner.Link);
        Assert.False(pair.Ends[0].Aborted.Task.IsCompleted);
    }

    /// <summary>The other end also sees the certificate expire, and must not conclude that it was not renewed.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Certificate_RenewedAtTheLastMoment_BothEndsGoOn(int rank)
    {
        var pki = new TestPki();
        var time = new TimerTime(pki.Now);
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions
            {
                LinkLifetime = TimeSpan.FromDays(
                30),
                LinkKeeping = new LinkKeeperOptions { CheckInterval = TimeSpan.FromDays(3) }
            }, time, pki);
        var end = pair.Ends[0].First.Certificates.Expiry.NotAfter;
        pair.Renew(rank, TimeSpan.FromDays(2));
        pair.Renew(1 - rank, TimeSpan.FromDays(2));
        time.Advance(end - TimeSpan.FromMinutes(1) - time.GetUtcNow());
        Assert.All(pair.Ends, both => Assert.True(both.Control.Identity.Newest().NotAfter > end));

        time.Advance(end - time.GetUtcNow());

        await pair.ProveReplacedAsync();
        Assert.All(pair.Ends, both => Assert.False(both.Aborted.Task.IsCompleted));
    }

    /// <summary>A renewal shortly before the certificate expires is noticed in time.</summary>
    [Fact]
    public async Task Certificate_RenewedShortlyBeforeItsEnd_TheLinkIsReplacedBefore()
    {
        var pki = new TestPki();
        var time = new TimerTime(pki.Now);
        await using var pair = await KeptPair.OpenAsync(new CommunicatorOptions { LinkLifetime = TimeSpan.FromDays(30) }, time, pki);
        var end = pair.Ends[0].First.Certificates.Expiry.NotAfter;
        time.Advance(end - TimeSpan.FromSeconds(15) - time.GetUtcNow());
        pair.Renew(0, TimeSpan.FromDays(2));
        for (var second = 0; second < 10; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await pair.ProveReplacedAsync();
        Assert.All(pair.Ends, both => Assert.Equal((0, 1), (both.Keeper.Counters.Heals, both.Keeper.Counters.Replacements)));
    }

    private static LinkExpiry Watch(TimerTime time, List<string> told, params OpenedLink[] links)
    {
        var watched = new LinkExpiry(
            time, (_, expiry) => told.Add($"rank {expiry.Rank} nears"), (_, expiry) => told.Add($"rank {expiry.Rank} expired"));
        Array.ForEach(links, watched.Watch);
        time.Advance(TimeSpan.Zero);
        return watched;
    }

    private static OpenedLink Expiring(int peer, DateTimeOffset notAfter) =>
        new(new Link(peer, []), default, new LinkCertificates(new CertificateExpiry(notAfter, peer), default, default));
}
