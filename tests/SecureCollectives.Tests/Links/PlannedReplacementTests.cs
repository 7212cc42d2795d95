using SecureCollectives.Links;
using SecureCollectives.Security.Keys;
using SecureCollectives.Tests.Membership;

namespace SecureCollectives.Tests.Links;

/// <summary>Planned replacements of working links, because of their age or because certificates were renewed. Time is simulated.</summary>
public sealed class PlannedReplacementTests
{
    private static readonly LinkKeeperOptions Options = new() { Spread = TimeSpan.Zero };

    [Theory]
    [InlineData(Protection.Aead)]
    [InlineData(Protection.Tls)]
    public async Task Link_AtItsMaximumAge_IsReplacedAgainAndAgain(Protection protection)
    {
        var time = new TimerTime(DateTimeOffset.UtcNow);
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions { Protection = protection, Lanes = 2, LinkLifetime = TimeSpan.FromMinutes(10), LinkKeeping = Options },
                time);

        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(20));
            Assert.All(pair.Ends, end => Assert.Equal(i, end.Keeper.Counters.Replacements));
            time.Advance(TimeSpan.FromSeconds(20));
            await pair.ProveReplacedAsync();
        }

        Assert.All(pair.Ends, end => Assert.Equal((0, 3), (end.Keeper.Counters.Heals, end.Keeper.Counters.Replacements)));
    }

    /// <summary>An unprotected link has no keys that could become too old.</summary>
    [Fact]
    public async Task Link_WithoutProtection_DoesNotAge()
    {
        var time = new TimerTime(DateTimeOffset.UtcNow);
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions
            {
                Protection = Protection.UnsafePlaintext,
                LinkLifetime = TimeSpan.FromMinutes(
                1),
                LinkKeeping = Options
            }, time);

        time.Advance(TimeSpan.FromHours(2));
        pair.Ends[0].Break("a lane ended");
        await pair.ProveReplacedAsync();

        Assert.All(pair.Ends, end => Assert.Equal((1, 1), (end.Keeper.Counters.Heals, end.Keeper.Counters.Replacements)));
    }

    [Theory]
    [InlineData(Protection.UnsafePlaintext, 0)]
    [InlineData(Protection.UnsafePlaintext, 1)]
    [InlineData(Protection.Aead, 0)]
    [InlineData(Protection.Aead, 1)]
    [InlineData(Protection.TlsAndAead, 0)]
    [InlineData(Protection.TlsAndAead, 1)]
    public async Task Link_CertificateOfAnEndIsRenewed_IsReplacedOnceAndStillHeals(Protection protection, int rank)
    {
        var time = new TimerTime(DateTimeOffset.UtcNow);
        await using var pair = await KeptPair.OpenAsync(
            new CommunicatorOptions { Protection = protection, LinkKeeping = Options, LinkLifetime = TimeSpan.FromDays(30) }, time);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.All(pair.Ends, end => Assert.Equal(0, end.Owner.Surrenders));

        pair.Renew(rank, TimeSpan.FromDays(2));
        time.Advance(TimeSpan.FromSeconds(10));
        await pair.ProveReplacedAsync();

        // The link is not replaced again: it has the newest certificates.
        time.Advance(TimeSpan.FromSeconds(10));
        pair.Ends[1 - rank].Break("a lane ended");
        await pair.ProveReplacedAsync();
        Assert.All(pair.Ends, end => Assert.Equal((1, 2), (end.Keeper.Counters.Heals, end.Keeper.Counters.Replacements)));
    }

    [Theory]
    [InlineData(59, null, null, null)]
    [InlineData(60, null, null, LinkCauseCode.Age)]
    [InlineData(59, 59, null, LinkCauseCode.CertificateRenewed)]
    [InlineData(60, 50, null, LinkCauseCode.CertificateRenewed)]
    [InlineData(57, null, 1.0, LinkCauseCode.Age)]
    [InlineData(54, null, 1.0, null)]
    [InlineData(20, 16, 1.0, null)]
    [InlineData(21, 16, 1.0, LinkCauseCode.CertificateRenewed)]
    public void Due_OfAnAgeAndARenewal_IsTheExpectedCause(int now, int? renewedAt, double? turn, object? cause)
    {
        var plan = new PlannedReplacement(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), turn ?? 0);

        var due = plan.Due(
            TimeSpan.FromSeconds(now), TimeSpan.Zero, renewedAt is { } at ? TimeSpan.FromSeconds(at) : null, TimeSpan.FromHours(1));

        Assert.Equal(cause, due?.Cause);
    }

    /// <summary>If the certificate expires soon, a replacement is delayed only slightly.</summary>
    [Fact]
    public void Due_CertificateIsAlmostOver_DoesNotWait()
    {
        var plan = new PlannedReplacement(null, TimeSpan.FromSeconds(5), 1);

        Assert.Null(plan.Due(TimeSpan.FromSeconds(11), TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)));
        Assert.NotNull(plan.Due(TimeSpan.FromSeconds(12), TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)));
        Assert.NotNull(plan.Due(TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(-1)));
    }
}
