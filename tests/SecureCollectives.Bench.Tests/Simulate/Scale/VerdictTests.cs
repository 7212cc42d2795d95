using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Simulate.Scale;

namespace SecureCollectives.Bench.Tests.Simulate.Scale;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(2.0, 2.0, "at least 1.2 times as fast as the best other algorithm in 2 of 2 cells (2 of 2 at 1 MiB); median 2.0 times", "They need it.")]
    [InlineData(4.0, 1.0, "in 1 of 2 cells (1 of 2 at 1 MiB); median 2.5 times, most 4.0 (64 workers, 1 MiB, 10Gbit/s), least 1.0 (1024 workers", "They need it.")]
    [InlineData(1.1, 0.5, "in 0 of 2 cells; median", "They do not need it.")]
    public void Of_LargeWorlds_IsAnswered(double first, double second, string count, string answer)
    {
        var verdict = Verdict.Of(Algorithm.TwoLevelRing, [ScaleRows.Row(64, 1 << 20, ring: first, twoLevel: 1), ScaleRows.Row(1024, 1 << 20, ring: second, twoLevel: 1)]);

        Assert.Contains(count, verdict, StringComparison.Ordinal);
        Assert.EndsWith(answer, verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FewCells_NeedItInThose() => Assert.Contains(
        "They need it in some cases.",
        Verdict.Of(Algorithm.TwoLevelRing, [.. new[] { 2.0, 1, 1 }.Select(ring => ScaleRows.Row(64, 1 << 20, ring, twoLevel: 1))]));

    /// <summary>The other algorithm that is better counts, not the ring alone.</summary>
    [Fact]
    public void Of_SmallBuffers_CompareWithTheBestOther() => Assert.Contains(
        "They do not need it.", Verdict.Of(Algorithm.TwoLevelRing, [ScaleRows.Row(64, 64 << 10, ring: 10, twoLevel: 1, doubling: 0.5)]));

    [Fact]
    public void Of_SmallWorldsOnly_IsNotAnswered() =>
        Assert.Contains("is not answered", Verdict.Of(Algorithm.TwoLevelRing, [ScaleRows.Row(32, 1 << 20, 10, 1)]));
}
