using SecureCollectives.Testing;

namespace SecureCollectives.Rpc.Tests.Client;

public sealed class AttemptScheduleTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private readonly ManualTime _clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void Wait_NoAttemptEnds_StartsOneEachStagger()
    {
        var schedule = new AttemptSchedule(3, _clock);
        for (var index = 0; index < 3; index++)
        {
            Assert.Equal(TimeSpan.Zero, schedule.Wait);
            Assert.Equal(index, schedule.StartNext());
            if (index < 2)
            {
                Assert.Equal(AttemptSchedule.Stagger, schedule.Wait);
                _clock.Advance(AttemptSchedule.Stagger - Tick);
                Assert.Equal(Tick, schedule.Wait);
                _clock.Advance(Tick);
            }
        }

        Assert.Null(schedule.Wait);
        Assert.False(schedule.IsOver);
    }

    /// <summary>No matter which attempt failed, a silent first address does not delay the others.</summary>
    [Fact]
    public void Fail_WhileAnotherAttemptRuns_MakesTheNextDueAtOnce()
    {
        var schedule = new AttemptSchedule(3, _clock);
        schedule.StartNext();
        _clock.Advance(AttemptSchedule.Stagger);
        schedule.StartNext();

        schedule.Fail();

        Assert.Equal(TimeSpan.Zero, schedule.Wait);
        Assert.Equal(2, schedule.StartNext());
        Assert.Null(schedule.Wait);
    }

    [Fact]
    public void Fail_TwoAtOnce_StartsOneNextAndTheOtherAfterTheStagger()
    {
        var schedule = new AttemptSchedule(4, _clock);
        schedule.StartNext();
        _clock.Advance(AttemptSchedule.Stagger);
        schedule.StartNext();

        schedule.Fail();
        schedule.Fail();
        schedule.StartNext();

        Assert.Equal(AttemptSchedule.Stagger, schedule.Wait);
    }

    [Fact]
    public void IsOver_AllHaveFailed_NotBefore()
    {
        var schedule = new AttemptSchedule(2, _clock);
        schedule.StartNext();
        schedule.Fail();
        Assert.False(schedule.IsOver);
        schedule.StartNext();
        Assert.False(schedule.IsOver);
        schedule.Fail();
        Assert.True(schedule.IsOver);
    }
}
