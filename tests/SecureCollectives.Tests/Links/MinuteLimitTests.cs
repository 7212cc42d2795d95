using SecureCollectives.Links;

namespace SecureCollectives.Tests.Links;

public sealed class MinuteLimitTests
{
    [Fact]
    public void TryTake_BeyondTheLimit_IsRefusedUntilTheOldestIsAMinuteOld()
    {
        var limit = new MinuteLimit(2);

        Assert.True(limit.TryTake(TimeSpan.FromSeconds(1)));
        Assert.True(limit.TryTake(TimeSpan.FromSeconds(30)));
        Assert.False(limit.IsExceeded);
        Assert.False(limit.TryTake(TimeSpan.FromSeconds(60)));
        Assert.True(limit.IsExceeded);
        Assert.True(limit.TryTake(TimeSpan.FromSeconds(61)));
        Assert.False(limit.IsExceeded);
        Assert.False(limit.TryTake(TimeSpan.FromSeconds(89)));
        Assert.True(limit.TryTake(TimeSpan.FromSeconds(90)));
    }
}
