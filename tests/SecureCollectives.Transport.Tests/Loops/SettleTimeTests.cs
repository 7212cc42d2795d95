using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Transport.Tests.Loops;

/// <summary>How long a rank looks for the culprit of a time-out, on a clock of the test's.</summary>
public sealed class SettleTimeTests
{
    private const long Start = 1000;
    private const long While = 10;

    [Fact]
    public void Deadline_NothingExplained_IsAWhile() => Assert.Equal(Start + While, new SettleTime(Start, While).Deadline);

    /// <summary>A chain of ranks that each name the next shortly before the time is over: all are heard.</summary>
    [Fact]
    public void Explained_ShortlyBeforeTheEnd_AddsAWhile()
    {
        var time = new SettleTime(Start, While);
        for (var told = Start + 9; told <= Start + 36; told += 9)
        {
            Assert.True(told < time.Deadline);
            time.Explained(told);
            Assert.Equal(told + While, time.Deadline);
        }
    }

    [Fact]
    public void Explained_WithoutEnd_EndsAfterSomeWhiles()
    {
        var time = new SettleTime(Start, While);
        var now = Start;
        for (; now < time.Deadline; now++)
        {
            time.Explained(now);
        }

        Assert.Equal(Start + (SettleTime.MaxWhiles * While), now);
    }
}
