namespace SecureCollectives.Bench.Tests.Compare;

public sealed class CompareResultsTests
{
    [Fact]
    public void Rows_TwoPeers_TheBetterIsThatOfTheLesserMedian()
    {
        // The slow one is faster in one lucky round.
        var rows = Fakes.Results((Fakes.SlowPeer, [40, 10, 40]), (Fakes.FastPeer, [20, 20, 20]), (Fakes.Ours, [10, 10, 10])).Rows();

        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal(Fakes.FastPeer, row.BetterPeer));
        Assert.True(rows[1].IsBetterPeer);
        Assert.False(rows[2].IsBetterPeer);
    }

    [Fact]
    public void Rows_Ratios_AreTakenWithinARound()
    {
        var ours = Fakes.Results((Fakes.FastPeer, [20, 40, 80]), (Fakes.Ours, [10, 10, 10])).Rows()[1];

        Assert.Equal([2.0, 4, 8], ours.Ratios);
        Assert.Equal(4, ours.RatioMedian);
    }

    [Fact]
    public void Rows_RoundThatOneOfThemLacks_GivesNoRatio()
    {
        var ours = Fakes.Results((Fakes.FastPeer, [20, 20]), (Fakes.Ours, [10, 10, 10])).Rows()[1];

        Assert.Equal(2, ours.Ratios.Count);
        Assert.Equal(3, ours.TimesUs.Count);
    }

    [Fact]
    public void Rows_NoPeer_HaveNoRatio()
    {
        var ours = Assert.Single(Fakes.Results((Fakes.Ours, [10, 10])).Rows());

        Assert.Null(ours.BetterPeer);
        Assert.Null(ours.RatioMedian);
        Assert.Null(ours.RatioInterval);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void Rows_Interval_NeedsSixRounds(int rounds, bool expected)
    {
        double[] peer = [.. Enumerable.Range(10, rounds)];
        double[] own = [.. Enumerable.Repeat(10.0, rounds)];

        var ours = Fakes.Results((Fakes.FastPeer, peer), (Fakes.Ours, own)).Rows()[1];

        Assert.Equal(expected, ours.RatioInterval is not null);
    }

    [Fact]
    public void Rows_Bandwidth_IsBytesByMedianTime()
    {
        var row = Assert.Single(Fakes.Results((Fakes.Ours, [1000, 1048.576, 5000])).Rows());

        Assert.Equal(1.0, row.AlgbwGBps, precision: 9);
    }

    [Fact]
    public void Rows_ContenderWithoutSamples_HasNoRow() =>
        Assert.Equal([Fakes.Ours], Fakes.Results((Fakes.SlowPeer, []), (Fakes.Ours, [10])).Rows().Select(row => row.Contender));
}
