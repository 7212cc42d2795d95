using SecureCollectives.Bench.Plan;

namespace SecureCollectives.Bench.Tests.Plan;

public sealed class PaceTests
{
    [Fact]
    public void Of_FastAndSlow_GetBatchesOfTheSameTime() =>
        Assert.Equal([40, 10, 1], Pace.Of([0.001, 0.004, 0.5], [2, 1, 1], 12, null).Iterations);

    [Fact]
    public void Of_VeryFast_IsBounded() => Assert.Equal([1000], Pace.Of([1e-7], [1], 12, null).Iterations);

    [Theory]
    [InlineData(0.0001, 25)]
    [InlineData(10, 7)]
    public void Of_NoWish_RoundsFollowFromTheTimeThereIs(double seconds, int expected) =>
        Assert.Equal(expected, Pace.Of([seconds], [1], 12, null).Rounds);

    [Fact]
    public void Of_Wish_IsKept() => Assert.Equal(3, Pace.Of([10], [1], 12, 3).Rounds);
}
