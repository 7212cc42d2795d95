using System.Net;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Admission;
using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Throttling;

public sealed class LogThrottleTests
{
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly LogThrottle _throttle;

    public LogThrottleTests() => _throttle = new LogThrottle(_time);

    [Fact]
    public void MayLog_SameKind_OnceAMinute()
    {
        Assert.True(MayLog("10.0.0.1", "expired"));
        Assert.False(MayLog("10.0.0.1", "expired"));
        Assert.True(MayLog("10.0.0.1", "other worker"));
        Assert.True(MayLog("10.0.0.2", "expired"));
        _time.Advance(LogThrottle.Interval - TimeSpan.FromTicks(1));
        Assert.False(MayLog("10.0.0.1", "expired"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(MayLog("10.0.0.1", "expired"));
        Assert.False(MayLog("10.0.0.1", "expired"));
    }

    [Fact]
    public void MayLog_AfterEventsThatWereNotLogged_SaysHowMany()
    {
        Assert.Equal("", Logged("10.0.0.1", "expired"));
        for (var i = 0; i < 12; i++)
        {
            Assert.Null(Logged("10.0.0.1", "expired"));
        }

        _time.Advance(LogThrottle.Interval);
        Assert.Equal(" (12 more like it were not logged)", Logged("10.0.0.1", "expired"));
        Assert.Null(Logged("10.0.0.1", "expired"));
        _time.Advance(LogThrottle.Interval);
        Assert.Equal(" (1 more like it was not logged)", Logged("10.0.0.1", "expired"));
        _time.Advance(LogThrottle.Interval);
        Assert.Equal("", Logged("10.0.0.1", "expired"));
    }

    [Fact]
    public void MayLog_OneSourceWithManyKinds_LeavesRoomForOthersAndCountsTheRest()
    {
        Assert.Equal(LogThrottle.MaxKindsPerSource, Enumerable.Range(0, 1000).Count(kind => MayLog("10.0.0.1", $"words {kind}")));
        Assert.True(MayLog("10.0.0.2", "expired"));
        _time.Advance(LogThrottle.Interval);
        Assert.Equal($" ({1000 - LogThrottle.MaxKindsPerSource} more like it were not logged)", Logged("10.0.0.1", "new words"));
    }

    /// <summary>A kind that is evicted to make room for a new one passes on its count.</summary>
    [Fact]
    public void MayLog_OldKindGivesWay_ItsCountIsReported()
    {
        for (var kind = 0; kind < LogThrottle.MaxKindsPerSource; kind++)
        {
            Assert.True(MayLog("10.0.0.1", $"words {kind}"));
            Assert.False(MayLog("10.0.0.1", $"words {kind}"));
        }

        _time.Advance(LogThrottle.Interval);
        Assert.Equal(" (1 more like it was not logged)", Logged("10.0.0.1", "new words"));
    }

    [Fact]
    public void MayLog_AddressesOfOneIpv6Network_AreOneSource()
    {
        Assert.True(MayLog(IPAddress.Parse("2001:db8:0:1::1"), "expired"));
        Assert.False(MayLog(IPAddress.Parse("2001:db8:0:1:ffff:ffff:ffff:ffff"), "expired"));
        Assert.True(MayLog(IPAddress.Parse("2001:db8:0:2::1"), "expired"));
        Assert.True(MayLog(IPAddress.Parse("192.0.2.1"), "expired"));
        Assert.False(MayLog(IPAddress.Parse("::ffff:192.0.2.1"), "expired"));
        Assert.True(MayLog(IPAddress.Parse("192.0.2.2"), "expired"));
    }

    /// <summary>The log and the limits on unauthenticated connections count an address by the same rule.</summary>
    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("2001:db8:0:1:2:3:4:5")]
    [InlineData("fe80::1%1")]
    [InlineData("::1")]
    public void NameOf_Address_IsThatOfTheLimits(string address) =>
        Assert.Equal(SourceAddress.Of(IPAddress.Parse(address)).ToString(), LogThrottle.NameOf(IPAddress.Parse(address)));

    [Fact]
    public void MayLog_TableFull_TheSourceWithoutEventsForLongestGivesWay()
    {
        for (var source = 0; source < LogThrottle.MaxSources; source++)
        {
            Assert.True(MayLog($"{source}", "expired"));
        }

        Assert.False(MayLog("0", "expired"));
        Assert.True(MayLog("new", "expired"));

        // Source 1 had gone longest without an event, so it was forgotten; 0 and 2 were not.
        Assert.False(MayLog("0", "expired"));
        Assert.False(MayLog("2", "expired"));
        Assert.True(MayLog("1", "expired"));
    }

    /// <summary>
    /// There are more sources than are remembered, each with new words, as from an attacker with a network of IPv6 addresses.
    /// </summary>
    [Fact]
    public void MayLog_ManySources_IsBoundedAMinute()
    {
        Assert.Equal(LogThrottle.MaxMessages, Enumerable.Range(0, 100_000).Count(source => MayLog($"{source}", "expired")));
        _time.Advance(LogThrottle.Interval);
        Assert.Equal(LogThrottle.MaxMessages, Enumerable.Range(0, 100_000).Count(source => MayLog($"{source}", "expired")));
    }

    /// <summary>
    /// Even if others use up all messages, a source gets its turn within seconds, and its unlogged messages are still counted.
    /// </summary>
    [Fact]
    public void MayLog_AfterAFlood_OthersAreLoggedSoonWithTheirCount()
    {
        Assert.Equal(LogThrottle.MaxMessages, Enumerable.Range(0, 1000).Count(source => MayLog($"{source}", "expired")));
        Assert.False(MayLog("worker", "expired"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(" (1 more like it was not logged)", Logged("worker", "expired"));
    }

    private bool MayLog(string source, string kind) => _throttle.MayLog(source, kind, out _);

    private bool MayLog(IPAddress source, string kind) => _throttle.MayLog(source, kind, out _);

    /// <summary>The suffix of the logged message; null if none is logged.</summary>
    private string? Logged(string source, string kind) => _throttle.MayLog(source, kind, out var unlogged) ? $"{unlogged}" : null;
}
