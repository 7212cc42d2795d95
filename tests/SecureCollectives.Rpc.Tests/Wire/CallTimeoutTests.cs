using SecureCollectives.Rpc.Wire;

namespace SecureCollectives.Rpc.Tests.Wire;

public sealed class CallTimeoutTests
{
    private const long Microsecond = TimeSpan.TicksPerMicrosecond;
    private const long Millisecond = TimeSpan.TicksPerMillisecond;

    [Theory]
    [InlineData(1, "100n")]
    [InlineData(999_999, "99999900n")]
    [InlineData(1_000_000, "100000u")]
    [InlineData(1_000_001, "100001u")]
    [InlineData(99_999_999 * Microsecond, "99999999u")]
    [InlineData((99_999_999 * Microsecond) + 1, "100000m")]
    [InlineData(99_999_999 * Millisecond, "99999999m")]
    [InlineData((99_999_999 * Millisecond) + 1, "100000S")]
    [InlineData(99_999_999 * TimeSpan.TicksPerSecond, "99999999S")]
    [InlineData((99_999_999 * TimeSpan.TicksPerSecond) + 1, "1666667M")]
    [InlineData(99_999_999 * TimeSpan.TicksPerMinute, "99999999M")]
    [InlineData((99_999_999 * TimeSpan.TicksPerMinute) + 1, "1666667H")]
    [InlineData(long.MaxValue, "99999999H")]
    public void Format_Ticks_TakesTheFinestUnitThatFitsAndRoundsUp(long ticks, string header) =>
        Assert.Equal(header, CallTimeout.Format(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Format_NotPositive_Throws(long ticks) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CallTimeout.Format(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData("1H", TimeSpan.TicksPerHour)]
    [InlineData("2M", 2 * TimeSpan.TicksPerMinute)]
    [InlineData("3S", 3 * TimeSpan.TicksPerSecond)]
    [InlineData("4m", 4 * Millisecond)]
    [InlineData("5u", 5 * Microsecond)]
    [InlineData("600n", 6)]
    [InlineData("1n", 1)]
    [InlineData("0S", 0)]
    [InlineData("00000001S", TimeSpan.TicksPerSecond)]
    [InlineData("99999999H", 99_999_999 * TimeSpan.TicksPerHour)]
    public void TryParse_Valid_GivesTicks(string header, long ticks)
    {
        Assert.True(CallTimeout.TryParse(header, out TimeSpan timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("100000000S")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1 S")]
    [InlineData("1s")]
    [InlineData("1h")]
    [InlineData("1.5S")]
    [InlineData("0x1S")]
    [InlineData("1S,1S")]
    [InlineData("١S")]
    public void TryParse_Malformed_IsRefused(string header) => Assert.False(CallTimeout.TryParse(header, out _));
}
