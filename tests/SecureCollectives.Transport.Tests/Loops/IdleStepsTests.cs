using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Transport.Tests.Loops;

public sealed class IdleStepsTests
{
    private const int Yields = 3;
    private const long LongYield = 10;

    private readonly IdleSteps _steps = new(Yields, LongYield);
    private long _now = 1000;

    [Fact]
    public void Next_NothingMoves_YieldsPreparesAndSleepsInTurn()
    {
        Assert.Equal("www" + "ps" + "ps", Steps(7));
        Move();
        Assert.Equal("wwwps", Steps(5));
    }

    [Fact]
    public void IsPrepared_Steps_IsTrueBetweenPreparingAndSleeping()
    {
        Assert.Equal("www", Steps(3));
        Assert.False(_steps.IsPrepared);
        Assert.Equal("p", Steps(1));
        Assert.True(_steps.IsPrepared);
        Assert.Equal("s", Steps(1));
        Assert.False(_steps.IsPrepared);
    }

    /// <summary>A yield that takes long is the last one of its wait.</summary>
    [Fact]
    public void Next_AfterALongYield_SleepsImmediately()
    {
        Assert.Equal("w", Steps(1));
        _now += LongYield;
        Assert.Equal("psps", Steps(4));
    }

    /// <summary>If another program uses its full time slice whenever this loop yields, the loop soon almost stops yielding.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Next_EveryYieldIsLong_YieldsInOneOfSixtyFourWaits(bool somethingMovedMeanwhile)
    {
        const int Waits = 1000;
        Assert.InRange(CountYields(Waits, every: 1, somethingMovedMeanwhile), Waits / 64, (Waits / 64) + 10);
    }

    /// <summary>This also holds if the long yield is the only one that a wait is allowed.</summary>
    [Fact]
    public void Next_OneLongYieldPerWait_YieldsInOneOfSixtyFourWaits()
    {
        var steps = new IdleSteps(1, LongYield);
        var yields = 0;
        for (var wait = 0; wait < 1000; wait++)
        {
            if (steps.Next(++_now) == IdleSteps.Step.GiveWay)
            {
                yields++;
                _now += LongYield;
                Assert.Equal(IdleSteps.Step.Prepare, steps.Next(++_now));
            }

            steps.Reset(++_now);
        }

        Assert.InRange(yields, 1000 / 64, (1000 / 64) + 10);
    }

    /// <summary>A peer that occasionally works for a long time affects only the wait for it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Next_FewYieldsAreLong_YieldsInEveryWait(bool somethingMovedMeanwhile) =>
        Assert.Equal(1000, CountYields(1000, every: 10, somethingMovedMeanwhile));

    /// <summary>Once the other program has ended, the loop yields as before.</summary>
    [Fact]
    public void Next_YieldsAreShortAgain_YieldsInEveryWait()
    {
        CountYields(1000, every: 1, somethingMovedMeanwhile: true);
        CountYields(200, every: int.MaxValue, somethingMovedMeanwhile: true);

        Assert.Equal(100, CountYields(100, every: int.MaxValue, somethingMovedMeanwhile: true));
    }

    /// <summary>A long time between two waits is not a long yield.</summary>
    [Fact]
    public void Next_LongAfterTheLastWait_Yields()
    {
        Assert.Equal("ww", Steps(2));
        Move();
        _now += 100 * LongYield;
        Assert.Equal("wwwps", Steps(5));
    }

    /// <summary>Simulates waits that end after one step of each kind, some of them with a long yield.</summary>
    /// <returns>The number of waits that yielded.</returns>
    private int CountYields(int waits, int every, bool somethingMovedMeanwhile)
    {
        var yields = 0;
        for (var wait = 1; wait <= waits; wait++)
        {
            if (Steps(1) == "w")
            {
                _now += ++yields % every == 0 ? LongYield : 0;
            }

            if (!somethingMovedMeanwhile)
            {
                Steps(1);
            }

            Move();
        }

        return yields;
    }

    private void Move() => _steps.Reset(++_now);

    private string Steps(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => _steps.Next(++_now) switch
    {
        IdleSteps.Step.GiveWay => 'w',
        IdleSteps.Step.Prepare => 'p',
        _ => 's',
    }));
}
