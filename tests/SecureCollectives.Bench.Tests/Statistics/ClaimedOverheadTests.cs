using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Tests.Statistics;

public sealed class ClaimedOverheadTests
{
    [Theory]
    [InlineData(-3.0, 9.9, "under")]
    [InlineData(9.9, 10.0, "under or inside")]
    [InlineData(10.0, 30.0, "inside")]
    [InlineData(29.0, 31.0, "inside or above")]
    [InlineData(30.1, 80.0, "above")]
    [InlineData(5.0, 31.0, "around")]
    public void Verdict_Interval_SaysWhereItLies(double low, double high, string verdict) =>
        Assert.Equal(verdict, ClaimedOverhead.Verdict(new Overhead((low + high) / 2, low, high)));

    [Fact]
    public void Verdict_NoInterval_SaysNothing() => Assert.Null(ClaimedOverhead.Verdict(new Overhead(20, null, null)));
}
