using SecureCollectives.Faults;

namespace SecureCollectives.Tests.Faults;

/// <summary>The choice of the arbiter whose verdict a rank accepts; time is an argument.</summary>
public sealed class ArbiterChoiceTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Judge_LowestConnectedRank_IsBelieved()
    {
        var choice = Connected();
        Assert.Equal(ArbiterStanding.Believed, choice.Judge(0, Start, Start));
        choice.Disconnected(0);
        Assert.Equal(ArbiterStanding.Believed, choice.Judge(1, Start, Start));
    }

    [Fact]
    public void Judge_LowerRankAnswers_RefusesTheHigher()
    {
        var choice = Connected();
        Assert.True(choice.Ask(0, Start));
        Assert.False(choice.Ask(0, Start));
        Assert.Equal(ArbiterStanding.Open, choice.Judge(1, Start, Start + Moment));
        choice.Answered(0, Start + Moment);
        Assert.Equal(ArbiterStanding.Refused, choice.Judge(1, Start, Start + Moment));
    }

    [Fact]
    public void Judge_LowerRankDoesNotAnswer_BelievesTheHigherWhenTheTimeIsUp()
    {
        var choice = Connected();
        choice.Ask(0, Start);
        Assert.Equal(ArbiterStanding.Open, choice.Judge(1, Start, Start + FaultCase.AnswerTime - Moment));
        Assert.Equal(ArbiterStanding.Believed, choice.Judge(1, Start, Start + FaultCase.AnswerTime));
    }

    /// <summary>An old answer proves nothing: the rank may have stopped since.</summary>
    [Fact]
    public void Judge_LowerRankAnsweredLongAgo_AsksAgain()
    {
        var choice = Connected();
        choice.Ask(0, Start);
        choice.Answered(0, Start);
        var later = Start + TimeSpan.FromMinutes(1);
        Assert.Equal(ArbiterStanding.Open, choice.Judge(1, later, later));
    }

    [Fact]
    public void Judge_RankLowerThanTheArbiter_Refuses()
    {
        var choice = new ArbiterChoice(0);
        choice.Connected(0);
        choice.Connected(1);
        Assert.Equal(ArbiterStanding.Refused, choice.Judge(1, Start, Start + TimeSpan.FromMinutes(1)));
    }

    private static ArbiterChoice Connected()
    {
        var choice = new ArbiterChoice(3);
        choice.Connected(0);
        choice.Connected(1);
        return choice;
    }
}
