using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Tests.Statistics;

public sealed class OverheadTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 2, 50)]
    [InlineData(1, 4, 75)]
    [InlineData(3, 2, -50)]
    public void OfRound_Times_IsTheThroughputLost(double plain, double protectedTime, double expected) =>
        Assert.Equal(expected, Overhead.OfRound(plain, protectedTime));

    [Fact]
    public void Of_Rounds_ComparesWithinEachRound()
    {
        // The machine slows down tenfold in mid-run, which does not affect the ratio of a round. The sorted ratios are 2, 2, 4, 4, 4, 8, 8.
        double[] plain = [1, 1, 1, 10, 10, 10, 10];
        double[] protectedTimes = [2, 4, 8, 20, 40, 40, 80];

        Assert.Equal(new Overhead(75, 50, 87.5), Overhead.Of(plain, protectedTimes));
    }

    [Fact]
    public void Of_FewerThanSixRounds_IsUnknown() => Assert.Equal(Overhead.Unknown, Overhead.Of([1, 1, 1, 1, 1], [2, 2, 2, 2, 2]));

    [Fact]
    public void Summary_FewerThanHundredOperations_HasNo99thPercentile()
    {
        double[] operations = [.. Enumerable.Range(1, 100).Select(i => (double)i)];

        Assert.Equal(new TimeSummary(2, 3, null), TimeSummary.Of([4, 2, 3], operations[..99]));
        Assert.Equal(new TimeSummary(2, 3, 99), TimeSummary.Of([4, 2, 3], operations));
    }
}
