using SecureCollectives.Bench.Simulate;
using SecureCollectives.Bench.Simulate.Scale;

namespace SecureCollectives.Bench.Tests.Simulate.Scale;

public sealed class ScaleTableTests
{
    private const int WidestTerminalLine = 160;

    [Fact]
    public void Lines_Any_FitATerminal()
    {
        var lines = ScaleTable.Lines([ScaleRows.Row(4096, 268435456, 123456.7, 98765.4, 55555.5),
            ScaleRows.Row(4096, 64 << 10, 1e-6, 1e-6)], new SimulateOptions()).ToArray();

        Assert.All(lines, line => Assert.True(line.Length <= WidestTerminalLine, line));
        Assert.All(lines[3..^1], line => Assert.Equal(ScaleTable.Width, line.Length));
    }

    [Theory]
    [InlineData(80, "world size aead overhead aead overhead aead overhead")]
    [InlineData(120, "world size aead algbw overhead aead algbw overhead aead algbw overhead fastest")]
    public void Lines_NarrowTerminal_KeepWhatMattersMost(int width, string titles)
    {
        var lines = ScaleTable.Lines([ScaleRows.Row(4096, 268435456, 123456.7, 98765.4, 55555.5)], new SimulateOptions(), width)
            .ToArray();
        var head = Array.FindIndex(lines, line => line.Contains(" world ", StringComparison.Ordinal));

        Assert.StartsWith("# columns that do not fit: ", lines[0]);
        Assert.Equal(titles, string.Join(' ', lines[head][1..].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.All(lines[(head - 1)..(head + 3)], line => Assert.InRange(line.Length, 0, width));
        Assert.Equal(lines[head].Length, lines[head + 2].Length);
    }

    [Fact]
    public void Lines_Row_HasTimesThroughputPriceAndTheFastest()
    {
        var line = ScaleTable.Lines([ScaleRows.Row(64, 1 << 20, ring: 0.002, hierarchical: 0.001)], new SimulateOptions()).SkipLast(1)
            .Last();

        Assert.Equal(
            ["64", "1", "MiB", "1.000", "2.000", "0.524", "50.0", "-", "-", "-", "-", "0.500", "1.000", "1.049", "50.0", "hierarchical",
                "ring"],
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The simulation covers recursive doubling for larger buffers than those for which the library uses it by default.</summary>
    [Fact]
    public void Lines_End_SaysWhereRecursiveDoublingStops() =>
        Assert.Contains("recursive doubling up to 32 KiB (SmallBytes), which can be set up to 64 KiB",
            ScaleTable.Lines([ScaleRows.Row(64, 1 << 20, 1, 2)], new SimulateOptions()).Last());

    [Fact]
    public void Lines_Networks_HaveABlockEach() => Assert.Equal(2, ScaleTable.Lines(
        [ScaleRows.Row(64, 1 << 20, 1, 2), ScaleRows.Row(64, 1 << 20, 1, 2, rate: 100_000_000_000)],
            new SimulateOptions()).Count(line => line.Contains("bit/s for each host", StringComparison.Ordinal)));
}
