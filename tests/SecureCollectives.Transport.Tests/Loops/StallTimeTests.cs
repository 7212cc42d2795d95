using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Transport.Tests.Loops;

public sealed class StallTimeTests
{
    [Fact]
    public void IsOver_NothingMovesForTheWholeTime_IsTrueOnce()
    {
        var stall = new StallTime(now: 100, length: 10);
        Assert.False(stall.IsOver(109, moved: false));
        Assert.True(stall.IsOver(110, moved: false));
        Assert.False(stall.IsOver(200, moved: false));
        Assert.Equal(long.MaxValue, stall.Due);
    }

    [Fact]
    public void IsOver_SomethingMoves_StartsAgain()
    {
        var stall = new StallTime(now: 100, length: 10);
        Assert.False(stall.IsOver(109, moved: true));
        Assert.Equal(119, stall.Due);
        Assert.False(stall.IsOver(118, moved: false));
        Assert.True(stall.IsOver(119, moved: false));
    }
}
