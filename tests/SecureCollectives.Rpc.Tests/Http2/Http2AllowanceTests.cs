namespace SecureCollectives.Rpc.Tests.Http2;

public sealed class Http2AllowanceTests
{
    private readonly HeldTime _time = new();

    [Fact]
    public void TrySpend_BeyondTheCapacity_IsRefused()
    {
        var allowance = new Http2Allowance(_time);
        Assert.True(allowance.TrySpend(Http2Allowance.Capacity));
        Assert.False(allowance.TrySpend(1));
    }

    [Fact]
    public void Earn_Data_PaysForFourTimesItsBytes()
    {
        var allowance = new Http2Allowance(_time);
        Assert.True(allowance.TrySpend(Http2Allowance.Capacity));
        allowance.Earn(10);
        Assert.True(allowance.TrySpend(10 * Http2Allowance.EarnedPerByte));
        Assert.False(allowance.TrySpend(1));
    }

    /// <summary>A peer that has moved terabytes gets no larger allowance for frames without data than any other peer.</summary>
    [Fact]
    public void Earn_MoreThanTheCapacity_IsLost()
    {
        var allowance = new Http2Allowance(_time);
        allowance.Earn(long.MaxValue / 8);
        Assert.True(allowance.TrySpend(Http2Allowance.Capacity));
        Assert.False(allowance.TrySpend(1));
    }

    [Fact]
    public void TrySpend_IdleConnection_TimePaysForKeepAlives()
    {
        var allowance = new Http2Allowance(_time);
        Assert.True(allowance.TrySpend(Http2Allowance.Capacity));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(allowance.TrySpend(2 * Http2Allowance.EarnedPerSecond));
        Assert.False(allowance.TrySpend(1));
    }

    private sealed class HeldTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
