using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests;

public sealed class LogThrottleTests
{
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void MayLog_SameKind_OncePerMinute()
    {
        var throttle = new LogThrottle(_time);
        Assert.True(throttle.MayLog("10.0.0.1", "expired"));
        Assert.False(throttle.MayLog("10.0.0.1", "expired"));
        Assert.True(throttle.MayLog("10.0.0.1", "other worker"));
        Assert.True(throttle.MayLog("10.0.0.2", "expired"));
        _time.Advance(LogThrottle.Interval - TimeSpan.FromTicks(1));
        Assert.False(throttle.MayLog("10.0.0.1", "expired"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(throttle.MayLog("10.0.0.1", "expired"));
        Assert.False(throttle.MayLog("10.0.0.1", "expired"));
    }

    [Fact]
    public void MayLog_OneSourceWithManyKinds_LeavesRoomForOthers()
    {
        var throttle = new LogThrottle(_time);
        Assert.Equal(
            LogThrottle.MaxKindsPerSource, Enumerable.Range(0, 1000).Count(kind => throttle.MayLog("10.0.0.1", $"words {kind}")));
        Assert.True(throttle.MayLog("10.0.0.2", "expired"));
        _time.Advance(LogThrottle.Interval);
        Assert.True(throttle.MayLog("10.0.0.1", "new words"));
    }

    [Fact]
    public void MayLog_ManySources_IsBoundedPerMinute()
    {
        var throttle = new LogThrottle(_time);
        Assert.Equal(LogThrottle.MaxKinds, Enumerable.Range(0, 1000).Count(source => throttle.MayLog($"{source}", "expired")));
        _time.Advance(LogThrottle.Interval);
        Assert.Equal(LogThrottle.MaxKinds, Enumerable.Range(0, 1000).Count(source => throttle.MayLog($"{source}", "expired")));
    }
}
