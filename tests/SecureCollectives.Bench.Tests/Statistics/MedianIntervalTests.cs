using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Tests.Statistics;

/// <summary>Compares intervals with sums of binomial coefficients computed by hand.</summary>
public sealed class MedianIntervalTests
{
    [Theory]
    [InlineData(6, 1, 6)]
    [InlineData(8, 1, 8)]
    [InlineData(9, 2, 8)]
    [InlineData(11, 2, 10)]
    [InlineData(12, 3, 10)]
    [InlineData(15, 4, 12)]
    [InlineData(25, 8, 18)]
    public void Of_OneToN_IsTheNarrowestOfEnoughCoverage(int n, double low, double high) =>
        Assert.Equal((low, high), MedianInterval.Of([.. Enumerable.Range(1, n).Select(i => (double)i).Reverse()]));

    [Theory]
    [InlineData(6, 1 - (2 * 1 / 64.0))]
    [InlineData(9, 1 - (2 * (1 + 9) / 512.0))]
    [InlineData(12, 1 - (2 * (1 + 12 + 66) / 4096.0))]
    [InlineData(15, 1 - (2 * (1 + 15 + 105 + 455) / 32768.0))]
    public void Coverage_OfN_IsExact(int n, double expected) => Assert.Equal(expected, MedianInterval.Coverage(n)!.Value, 1e-12);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Of_FewerThanSix_IsNone(int n)
    {
        Assert.Null(MedianInterval.Of(new double[n]));
        Assert.Null(MedianInterval.Coverage(n));
    }

    [Fact]
    public void Coverage_ManyRounds_StaysAboveWhatWasWantedAndBelowCertainty() =>
        Assert.All(Enumerable.Range(6, 2000), n => Assert.InRange(MedianInterval.Coverage(n)!.Value, 0.95, 0.99999));

    /// <summary>
    /// Tests the claim itself: intervals of random samples from a skewed distribution cover its known median about as often as stated.
    /// </summary>
    [Fact]
    public void Of_SkewedSamples_CoversTheTrueMedianAsOftenAsItSays()
    {
        const int Samples = 20_000;
        var random = new Random(20260101);
        var covered = 0;
        for (var i = 0; i < Samples; i++)
        {
            var (low, high) = MedianInterval.Of([.. Enumerable.Range(0, 11).Select(_ => -Math.Log(1 - random.NextDouble()))])!.Value;
            covered += low <= Math.Log(2) && Math.Log(2) <= high ? 1 : 0;
        }

        Assert.Equal(MedianInterval.Coverage(11)!.Value, (double)covered / Samples, 0.01);
    }
}
