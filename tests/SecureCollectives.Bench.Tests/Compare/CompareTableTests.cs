using SecureCollectives.Bench.Compare;

namespace SecureCollectives.Bench.Tests.Compare;

public sealed class CompareTableTests
{
    [Fact]
    public void Write_PeersAndOurs_HasALineEachWithTheRatio()
    {
        double[] peer = [2000, 2000, 2000, 2000, 2000, 2000];
        double[] own = [1000, 1000, 1000, 1000, 1000, 500];

        var lines = Write(Fakes.Results((Fakes.SlowPeer, [.. peer.Select(time => 2 * time)]), (Fakes.FastPeer, peer), (Fakes.Ours, own)));

        Assert.Equal("    1 MiB  Slow peer                                           4000.0    0.26           0.50    0.50 to 0.50       0", lines[2]);
        Assert.Equal("           Fast peer *                                         2000.0    0.52                                      0", lines[3]);
        Assert.Equal("           Ours                                                1000.0    1.05           2.00    2.00 to 4.00       0", lines[4]);
    }

    [Fact]
    public void Write_FewRounds_HasRatioWithoutInterval()
    {
        var lines = Write(Fakes.Results((Fakes.FastPeer, [20, 20]), (Fakes.Ours, [10, 10])));

        Assert.Contains("2.00", lines[3], StringComparison.Ordinal);
        Assert.DoesNotContain(" to ", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoPeer_HasNoRatio()
    {
        var lines = Write(Fakes.Results((Fakes.Ours, [1000])));

        Assert.Equal("    1 MiB  Ours                                                1000.0    1.05                                      0", lines[2]);
        Assert.Contains(lines, line => line.Contains("no peer was measured", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("x better peer:", StringComparison.Ordinal));
    }

    private static string[] Write(CompareResults results)
    {
        using var output = new StringWriter();
        CompareTable.Write(output, results.Rows(), Fakes.Options());
        return output.ToString().Split('\n');
    }
}
