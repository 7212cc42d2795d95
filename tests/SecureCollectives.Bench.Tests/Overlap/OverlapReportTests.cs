using SecureCollectives.Bench.Overlap;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Tests.Overlap;

public sealed class OverlapReportTests
{
    private static readonly OverlapOptions Options = new("aead", 1_000_000_000, 16 << 20, 32, 8, 7);

    [Fact]
    public void Lines_OfAResult_SayMediansAndTheRatioOfEachRound()
    {
        double[] apart = [0.2, 0.2, 0.2, 0.4, 0.2, 0.2, 0.2];
        double[] overlapped = [0.12, 0.12, 0.12, 0.2, 0.14, 0.12, 0.12];
        var lines = OverlapReport.Lines(Options,
            new OverlapResult([.. apart.Select(time => time / 2)], [.. apart.Select(time => time / 2)], apart, overlapped, 8), 2).ToArray();

        Assert.Equal("# 2 workers, aead at 1Gbit: 16 MiB of gradients in 32 layers and 8 buckets; 7 rounds", lines[0]);
        Assert.Equal("one after the other              200.0 ms   [200.0, 400.0]", lines[4]);
        Assert.Equal("overlapped                       120.0 ms   [120.0, 200.0]", lines[5]);
        Assert.Equal("overlapped / one after other     0.600      [0.500, 0.700]", lines[6]);
        Assert.All(lines.Skip(1), line => Assert.InRange(line.Length, 1, 80));
    }

    [Fact]
    public void Arguments_OfOptions_AreReadBackAlike() => Assert.Equal(
        ["--protection", "aead", "--line-rate", "1Gbit", "--bytes", "16777216", "--layers", "32", "--buckets", "8", "--rounds", "7"],
            Options.ToArguments());

    [Theory]
    [InlineData("--bytes", "2G", "must be at most 1G")]
    [InlineData("--line-rate", "fast", "must be a rate")]
    [InlineData("--protection", "none", "none")]
    public async Task Command_WrongOption_IsRefusedWithWhatToDo(string option, string value, string words)
    {
        var error = new StringWriter();
        var code = await CommandRunner.RunAsync(BenchCommand.Create(), ["overlap", option, value], TextWriter.Null, error);
        Assert.Equal(2, code);
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
    }
}
