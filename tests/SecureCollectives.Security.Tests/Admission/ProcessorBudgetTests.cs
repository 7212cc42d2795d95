using SecureCollectives.Security.Admission;

namespace SecureCollectives.Security.Tests.Admission;

public sealed class ProcessorBudgetTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(3);

    private readonly ProcessorBudget _budget = new(0.2, Milliseconds(100));

    [Fact]
    public void Wait_Overdrawn_LastsUntilTheBudgetIsRefilled()
    {
        Assert.Equal(TimeSpan.Zero, _budget.Wait(0, Start));
        _budget.Charge(Milliseconds(150), Start);

        // 50 ms over budget, at a fifth of a core.
        Assert.InRange(_budget.Wait(0, Start), Milliseconds(250), Milliseconds(252));
        Assert.NotEqual(TimeSpan.Zero, _budget.Wait(0, Start + Milliseconds(249)));
        Assert.Equal(TimeSpan.Zero, _budget.Wait(0, Start + Milliseconds(252)));
    }

    [Fact]
    public void Wait_WithAReserve_IsLongerThanWithout()
    {
        _budget.Charge(Milliseconds(60), Start);
        Assert.Equal(TimeSpan.Zero, _budget.Wait(0, Start));
        Assert.InRange(_budget.Wait(0.5, Start), Milliseconds(50), Milliseconds(52));
    }

    [Fact]
    public void Refill_LongIdle_NeverExceedsTheCapacity()
    {
        _budget.Charge(TimeSpan.Zero, Start);
        _budget.Charge(Milliseconds(101), Start + TimeSpan.FromHours(1));
        Assert.NotEqual(TimeSpan.Zero, _budget.Wait(0, Start + TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Refund_MembersCharge_RestoresTheBudget()
    {
        _budget.Charge(Milliseconds(500), Start);
        _budget.Refund(Milliseconds(500));
        Assert.Equal(TimeSpan.Zero, _budget.Wait(0.5, Start));
        _budget.Refund(Milliseconds(500));
        _budget.Charge(Milliseconds(101), Start);
        Assert.NotEqual(TimeSpan.Zero, _budget.Wait(0, Start));
    }

    [Fact]
    public void Credit_Spent_IsNotRefilled()
    {
        var budget = new ProcessorBudget(0.2, Milliseconds(100), credit: Milliseconds(1000));
        budget.Charge(Milliseconds(1050), Start);
        Assert.Equal(TimeSpan.Zero, budget.Wait(0, Start));
        budget.Charge(Milliseconds(101), Start + TimeSpan.FromHours(1));
        Assert.NotEqual(TimeSpan.Zero, budget.Wait(0, Start + TimeSpan.FromHours(1)));
    }

    /// <summary>
    /// A user that waits as instructed before each step spends at most its share plus the capacity plus one step, whatever a step costs.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(77)]
    public void Charge_AnyStepsForTenSeconds_StayWithinTheShare(int stepMilliseconds)
    {
        var step = Milliseconds(stepMilliseconds);
        var spent = TimeSpan.Zero;
        for (var now = Start; now < Start + TimeSpan.FromSeconds(10);)
        {
            var wait = _budget.Wait(0, now);
            if (wait > TimeSpan.Zero)
            {
                now += wait;
                continue;
            }

            // One core at full speed: a step takes as long as it costs.
            now += step;
            _budget.Charge(step, now);
            spent += step;
        }

        Assert.InRange(spent, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2) + Milliseconds(100) + (2 * step));
    }

    private static TimeSpan Milliseconds(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
