using SecureCollectives.Bench.Compare;
using SecureCollectives.Bench.Measuring;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class CompareTableTests
{
    [Fact]
    public void Write_PeersAndOurs_HasALineEachWithTheRatio()
    {
        double[] peer = [2000, 2000, 2000, 2000, 2000, 2000];
        double[] own = [1000, 1000, 1000, 1000, 1000, 500];

        var lines = Write(Fakes.Results((Fakes.SlowPeer, [.. peer.Select(time => 2 * time)]), (Fakes.FastPeer, peer), (Fakes.Ours, own)));

        Assert.Equal("  1 MiB tcp    Slow peer                 4000.0  0.26   0.50 [0.50, 0.50]   0.50", lines[2]);
        Assert.Equal("               Fast peer                 2000.0  0.52      *                   *", lines[3]);
        Assert.Equal("               Ours                      1000.0  1.05   2.00 [2.00, 4.00]   2.00", lines[4]);
    }

    [Fact]
    public void Write_LongestNamesAndTimes_LineUpWithinEightyColumns()
    {
        double[] slow = [.. Enumerable.Range(0, 6).Select(round => 279_620.3 + (round * 40_000))];
        double[] fast = [.. Enumerable.Repeat(20_000.0, 6)];
        var lines = Write(Fakes.Results(
            [(Fakes.FastPeer, slow), (Fakes.MemoryPeer, slow), .. OwnContenders.All.Select(contender => (contender, fast))]));

        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.EndsWith("  19.0 [14.0, 24.0]   19.0", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_EveryCollective_HasATableWhoseHeadSaysWhereResultsGo()
    {
        CompareCell[] cells = [.. ComparedCollective.All.Names.Select(name => new CompareCell(name, 1 << 20))];
        var results = new CompareResults([Fakes.Ours], cells);
        results.Add(0, cells.Select(cell => new CompareSample(Fakes.Ours.Key, cell, 1000, 0)), CoreState.Far);

        var lines = Write(results, Fakes.Options(world: 64));

        var heads = lines.Where(line => line.Contains("float32", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]);
        Assert.Equal(["AllReduce", "AllGather", "Broadcast", "ReduceScatter", "AllToAll"], heads);
        Assert.Contains("Broadcast of float32, in place, 64 ranks on one machine, cores far apart", lines);
        Assert.Contains("ReduceScatter of float32, out of place, 64 ranks on one machine, cores far apart", lines);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Write_FewRounds_HasRatioWithoutInterval()
    {
        var lines = Write(Fakes.Results((Fakes.FastPeer, [20, 20]), (Fakes.Ours, [10, 10])));

        Assert.Contains("2.00", lines[3], StringComparison.Ordinal);
        Assert.DoesNotContain("[", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoPeer_HasNoRatio()
    {
        var lines = Write(Fakes.Results((Fakes.Ours, [1000])));

        Assert.Equal("  1 MiB tcp    Ours                      1000.0  1.05", lines[2]);
        Assert.Contains(lines, line => line.Contains("No peer was measured", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("x peer:", StringComparison.Ordinal));
    }

    /// <summary>A few far samples among near ones are counted but get no table, because they prove nothing.</summary>
    [Fact]
    public void Write_FarSamples_StandApartWhereTheyAreEnough()
    {
        var results = new CompareResults([Fakes.Ours], [Fakes.Cell]);
        for (var round = 0; round < 6; round++)
        {
            results.Add(2 * round, [new CompareSample(Fakes.Ours.Key, Fakes.Cell, 1000, 0)], CoreState.Near);
            var lines = Write(results);
            Assert.DoesNotContain(lines, line => line.Contains("far apart", StringComparison.Ordinal));
            results.Add((2 * round) + 1, [new CompareSample(Fakes.Ours.Key, Fakes.Cell, 4000, 0)], CoreState.Far);
        }

        var all = Write(results);
        Assert.Contains(all, line => line.EndsWith("cores far apart", StringComparison.Ordinal));
        Assert.Contains(all, line => line.Contains("in 6 of 12 samples", StringComparison.Ordinal));
    }

    private static string[] Write(CompareResults results, CompareOptions? options = null)
    {
        using var output = new StringWriter();
        CompareTable.Write(output, results, options ?? Fakes.Options());
        return output.ToString().Split('\n');
    }
}
