using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Simulate.Scale;

namespace SecureCollectives.Bench.Tests.Simulate.Scale;

public sealed class VerdictTests
{
    private const int WidestTerminalLine = 160;

    [Theory]
    [InlineData(2.0, 2.0, "at least 1.2 times as fast as the best other algorithm in 2 of 2 cells. Median 2.0 times",
        "They need it: 2 of 2 at 1 MiB.")]
    [InlineData(4.0, 1.0, "in 1 of 2 cells. Median 2.5 times, most 4.0 (64 workers, 1 MiB, 10Gbit/s), least 1.0 (1024 workers",
        "They need it: 1 of 2 at 1 MiB.")]
    [InlineData(1.1, 0.5, "in 0 of 2 cells. Median", "They do not need it.")]
    public void Of_LargeWorlds_IsAnswered(double first, double second, string count, string answer)
    {
        var verdict = Of(ScaleRows.Row(64, 1 << 20, ring: first, hierarchical: 1),
            ScaleRows.Row(1024, 1 << 20, ring: second, hierarchical: 1));

        Assert.Contains(count, verdict, StringComparison.Ordinal);
        Assert.EndsWith(answer, verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FewCells_NeedItInThose() =>
        Assert.Contains("They need it in some cases: 1 of 3 at 1 MiB.",
            Of([.. new[] { 2.0, 1, 1 }.Select(ring => ScaleRows.Row(64, 1 << 20, ring, hierarchical: 1))]));

    /// <summary>The comparison is with the best other algorithm, not only with the ring.</summary>
    [Fact]
    public void Of_SmallBuffers_CompareWithTheBestOther() =>
        Assert.Contains("They do not need it.", Of(ScaleRows.Row(64, 64 << 10, ring: 10, hierarchical: 1, doubling: 0.5)));

    /// <summary>A factor within the model's error proves nothing.</summary>
    [Theory]
    [InlineData(null, "1.2 times counts as equal; the model's error was not measured.", "They need it")]
    [InlineData(0.05, "1.2 times counts as equal: the largest error of the check is 5.0 %.", "They need it")]
    [InlineData(0.43, "1.43 times counts as equal: the largest error of the check is 43.0 %.", "They do not need it")]
    public void Of_ModelThatIsOff_AsksForMoreThanThat(double? largestError, string reason, string answer)
    {
        var verdict = string.Join(
            ' ', Verdict.Of(Algorithm.HierarchicalRing, [ScaleRows.Row(64, 1 << 20, ring: 1.4, hierarchical: 1)], largestError));

        Assert.Contains(reason, verdict, StringComparison.Ordinal);
        Assert.Contains(answer, verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SmallWorldsOnly_IsNotAnswered() =>
        Assert.StartsWith("No world of 64 workers or more was simulated", Of(ScaleRows.Row(32, 1 << 20, 10, 1)));

    /// <summary>A large world in which the algorithm does not exist is reported as such, not as a small world.</summary>
    [Fact]
    public void Of_LargeWorldsOfOneWorkerAHost_SaysThatThereIsNone() =>
        Assert.Equal(
            "With one worker on each host, or one host, there is no hierarchical ring, "
                + "so it is unknown whether 64 or more workers need it.",
            Of(ScaleRows.Row(32, 1 << 20, 10, null), ScaleRows.Row(128, 1 << 20, 10, null)));

    [Fact]
    public void Of_Any_FitsATerminal()
    {
        long[] sizes = [64 << 10, 1 << 20, 16 << 20, 256 << 20];
        double[] rings = [12.34, 1.11];
        var rows = sizes.SelectMany(
            bytes => rings.Select(ring => ScaleRows.Row(16384, bytes, ring, hierarchical: 1, rate: 400_000_000_000)))
            .ToArray();

        Assert.All(
            [.. Verdict.Of(Algorithm.HierarchicalRing, rows, 0.43), .. Verdict
                .Of(Algorithm.HierarchicalRing, [ScaleRows.Row(128, 4, 1, null)], null)],
            line => Assert.True(line.Length <= WidestTerminalLine, line));
    }

    private static string Of(params ScaleRow[] rows) => string.Join(' ', Verdict.Of(Algorithm.HierarchicalRing, rows, largestError: null));
}
