using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class CompareResultsTests
{
    [Fact]
    public void Rows_TwoPeers_TheBetterIsThatOfTheLesserMedian()
    {
        // The slow peer is faster in one lucky round.
        var rows = Fakes.Results((Fakes.SlowPeer, [40, 10, 40]), (Fakes.FastPeer, [20, 20, 20]), (Fakes.Ours, [10, 10, 10])).Rows();

        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal(Fakes.FastPeer, row.SameMedium!.Peer));
        Assert.True(rows[1].IsBetterPeer);
        Assert.False(rows[2].IsBetterPeer);
    }

    [Fact]
    public void Rows_Ratios_AreTakenWithinARound()
    {
        var ours = Fakes.Results((Fakes.FastPeer, [20, 40, 80]), (Fakes.Ours, [10, 10, 10])).Rows()[1];

        Assert.Equal([2.0, 4, 8], ours.SameMedium!.Rounds);
        Assert.Equal(4, ours.SameMedium.Median);
    }

    [Fact]
    public void Rows_RoundThatOneOfThemLacks_GivesNoRatio()
    {
        var ours = Fakes.Results((Fakes.FastPeer, [20, 20]), (Fakes.Ours, [10, 10, 10])).Rows()[1];

        Assert.Equal(2, ours.SameMedium!.Rounds.Count);
        Assert.Equal(3, ours.TimesUs.Count);
    }

    [Fact]
    public void Rows_NoPeer_HaveNoRatio()
    {
        var ours = Assert.Single(Fakes.Results((Fakes.Ours, [10, 10])).Rows());

        Assert.Null(ours.SameMedium);
        Assert.Null(ours.Best);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void Rows_Interval_NeedsSixRounds(int rounds, bool expected)
    {
        double[] peer = [.. Enumerable.Range(10, rounds)];
        double[] own = [.. Enumerable.Repeat(10.0, rounds)];

        var ours = Fakes.Results((Fakes.FastPeer, peer), (Fakes.Ours, own)).Rows()[1];

        Assert.Equal(expected, ours.SameMedium!.Interval is not null);
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

    [Fact]
    public void Rows_PeersOverTwoMedia_OursIsComparedWithThatOfItsOwnAndWithTheBest()
    {
        var rows = Fakes.Results((Fakes.MemoryPeer, [5, 5]), (Fakes.FastPeer, [20, 20]), (Fakes.Ours, [10, 10])).Rows();

        Assert.Equal((Fakes.FastPeer, 2.0), (rows[2].SameMedium!.Peer, rows[2].SameMedium!.Median));
        Assert.Equal((Fakes.MemoryPeer, 0.5), (rows[2].Best!.Peer, rows[2].Best!.Median));
        Assert.True(rows[0].IsBetterPeer && rows[1].IsBetterPeer);
    }

    /// <summary>Rows and ratios never mix near and far samples.</summary>
    [Fact]
    public void Rows_SamplesOfTwoStates_NeverMeet()
    {
        var results = new CompareResults([Fakes.FastPeer, Fakes.Ours], [Fakes.Cell]);
        results.Add(0, [new CompareSample(Fakes.FastPeer.Key, Fakes.Cell, 20, 0)], CoreState.Near);
        results.Add(0, [new CompareSample(Fakes.Ours.Key, Fakes.Cell, 90, 0)], CoreState.Far);
        results.Add(1, [new CompareSample(Fakes.FastPeer.Key, Fakes.Cell, 20, 0)], CoreState.Near);
        results.Add(1, [new CompareSample(Fakes.Ours.Key, Fakes.Cell, 10, 0)], CoreState.Near);

        var near = results.Rows(CoreState.Near);
        Assert.Equal([2.0], near[1].SameMedium!.Rounds);
        Assert.Equal(10, near[1].MedianUs);
        var far = Assert.Single(results.Rows(CoreState.Far));
        Assert.Equal((90, null), (far.MedianUs, far.SameMedium));
        Assert.Equal(3, results.Rows().Count);
        Assert.Equal((3, 1), (results.Count(CoreState.Near), results.Count(CoreState.Far)));
    }
}
