using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Tests.Statistics;

public sealed class OrderStatisticsTests
{
    [Theory]
    [InlineData(new double[] { 7 }, 7)]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 2.5)]
    public void Median_Values_IsTheMiddle(double[] values, double expected) => Assert.Equal(expected, OrderStatistics.Median(values));

    [Theory]
    [InlineData(1, 0.99, 1)]
    [InlineData(100, 0.99, 99)]
    [InlineData(101, 0.99, 100)]
    [InlineData(200, 0.99, 198)]
    [InlineData(4, 0.5, 2)]
    [InlineData(4, 0, 1)]
    [InlineData(4, 1, 4)]
    public void Quantile_OneToN_IsTheNearestRank(int n, double share, double expected) =>
        Assert.Equal(expected, OrderStatistics.Quantile([.. Enumerable.Range(1, n).Select(i => (double)i).Reverse()], share));

    [Fact]
    public void Median_NoValues_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => OrderStatistics.Median([]));
}
