using SecureCollectives.Faults;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Faults;

/// <summary>An arbiter's cases, driven by hand; time is an argument.</summary>
public sealed class ArbiterTests
{
    private const int World = 4;

    private static readonly CommunicatorInstance Group = new("group", 1);
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly LoopWait AtRest = LoopWait.Idle(5);

    [Fact]
    public void Report_First_OpensACaseThatEndsWhenAllHaveAnswered()
    {
        var arbiter = new Arbiter(0, World);
        Assert.Null(arbiter.Due);
        var opened = Report(arbiter, 1, Start, out var known);
        Assert.NotNull(opened);
        Assert.Null(known);
        Assert.Equal(Start + FaultCase.AnswerTime, arbiter.Due);
        arbiter.Answer(0, Group, number: 1, AtRest);
        arbiter.Answer(3, Group, number: 1, AtRest);
        Assert.Empty(arbiter.Decide(Start + Moment, out _));
        Assert.Same(opened, Assert.Single(arbiter.Awaiting(2)));
        opened.Found(2, Presence.Gone);

        var (instance, verdict) = Assert.Single(arbiter.Decide(Start + Moment, out _));
        Assert.Equal((Group, AbortReason.PeerLost, 2), (instance, verdict.Reason, verdict.Culprit));
        Assert.Null(arbiter.Due);
        Assert.Empty(arbiter.Decide(Start + FaultCase.AnswerTime, out _));
    }

    [Fact]
    public void Decide_ARankDoesNotAnswer_DecidesWhenTheTimeIsUp()
    {
        var arbiter = new Arbiter(0, World);
        Report(arbiter, 1, Start, out _);
        arbiter.Answer(0, Group, number: 1, AtRest);
        arbiter.Answer(3, Group, number: 1, AtRest);
        Assert.Empty(arbiter.Decide(Start + FaultCase.AnswerTime - Moment, out _));
        var (_, verdict) = Assert.Single(arbiter.Decide(Start + FaultCase.AnswerTime, out _));
        Assert.Equal((AbortReason.PeerLost, 2), (verdict.Reason, verdict.Culprit));
    }

    [Fact]
    public void Report_Later_GetsTheSameVerdictWhateverItSays()
    {
        var arbiter = Decided(out var verdict);
        Assert.Null(arbiter.Report(3, Group, Lost(0, 3), isOpenHere: true, Start + TimeSpan.FromSeconds(1), out var later));
        Assert.Same(verdict, later);
        Assert.Null(arbiter.Report(3, Group, Lost(0, 3), isOpenHere: false, Start + TimeSpan.FromSeconds(1), out later));
        Assert.Same(verdict, later);
    }

    [Fact]
    public void Report_OfTheNextInstanceOfTheSameId_IsAnotherCase()
    {
        var arbiter = Decided(out _);
        Assert.NotNull(arbiter.Report(
            3, Group with { Number = 2 }, Lost(0, 3), isOpenHere: true, Start + TimeSpan.FromSeconds(1), out var known));
        Assert.Null(known);
    }

    [Fact]
    public void Report_OfACommunicatorThatIsNotOpenHere_OpensNothing()
    {
        var arbiter = new Arbiter(0, World);
        Assert.Null(arbiter.Report(1, Group, Lost(2, 1), isOpenHere: false, Start, out var known));
        Assert.Null(known);
        Assert.Null(arbiter.Due);
    }

    [Fact]
    public void Report_MoreCommunicatorsThanCases_OpensNoMore()
    {
        var arbiter = new Arbiter(0, World);
        for (ulong number = 0; number < 2 * Arbiter.MaxCases; number++)
        {
            var opened = arbiter.Report(1, new CommunicatorInstance($"{number}", 1), Lost(2, 1), isOpenHere: true, Start, out _);
            Assert.Equal(number < Arbiter.MaxCases, opened is not null);
        }
    }

    /// <summary>All connections between ranks 0 and 2 are cut; rank 1 reaches both.</summary>
    [Theory]
    [InlineData(nameof(Presence.Asked), 2)]
    [InlineData(nameof(Presence.Silent), 2)]
    [InlineData(nameof(Presence.Gone), null)]
    public void Decide_AnotherArbiterHeardFromTheSilentRank_NamesThePair(string found, int? other)
    {
        var arbiter = new Arbiter(0, World);
        var opened = arbiter.Report(0, Group, Lost(2, 0), isOpenHere: true, Start, out _)!;
        arbiter.Answer(1, Group, opened.Number, AtRest);
        arbiter.Answer(3, Group, opened.Number, AtRest);
        opened.Found(2, Enum.Parse<Presence>(found));
        arbiter.Vouch(Group, [0, 1, 2, 3]);
        var verdict = Assert.Single(arbiter.Decide(Start + FaultCase.AnswerTime, out _)).Verdict;
        Assert.Equal((AbortReason.PeerLost, other is null ? 2 : 0, other), (verdict.Reason, verdict.Culprit, verdict.Other));
    }

    /// <summary>Rank 1 receives the same reports as rank 0; it decides only if rank 0 is unreachable.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decide_AtRankOne_OnlyWhereRankZeroIsOutOfReach(bool isThere)
    {
        var arbiter = new Arbiter(1, World);
        arbiter.Report(2, Group, Lost(0, 2), isOpenHere: true, Start, out _);
        if (isThere)
        {
            arbiter.Answer(0, Group, number: 1, AtRest);
        }

        var verdicts = arbiter.Decide(Start + FaultCase.AnswerTime, out var left);
        Assert.Equal(isThere ? [] : [0], verdicts.Select(decided => decided.Verdict.Culprit));
        Assert.Equal(isThere ? [[0, 2]] : [], left.Select(other => other.Present));
    }

    [Fact]
    public void Stalled_CallsThatDiffer_NamesTheFewestAndBothCalls()
    {
        var arbiter = new Arbiter(0, World);
        var inquiry = arbiter.Stalled(0, Group, Calls(10), Start);
        Assert.NotNull(inquiry);
        Assert.Null(arbiter.Stalled(1, Group, Calls(10), Start));
        arbiter.Answer(1, Group, inquiry.Number, Calls(10));
        arbiter.Answer(2, Group, inquiry.Number, Calls(11));
        arbiter.Answer(3, Group, inquiry.Number, LoopWait.Idle(5));

        var (_, verdict) = Assert.Single(arbiter.Decide(Start, out _));
        Assert.Equal((AbortReason.CallMismatch, 2, 0), (verdict.Reason, verdict.Culprit, verdict.Witness));
        Assert.Equal(
            "rank 0 called AllReduce(10 x Int32, Sum, Ring), rank 2 called AllReduce(11 x Int32, Sum, Ring); all ranks must make the same "
                + "calls in the same order", verdict.Detail);
    }

    /// <summary>If a rank is merely late, nothing is decided or remembered, and the next stall starts a new inquiry.</summary>
    [Fact]
    public void Stalled_CallsThatAreAlike_DecidesNothing()
    {
        var arbiter = new Arbiter(0, World);
        for (var time = Start; time < Start + TimeSpan.FromSeconds(3); time += TimeSpan.FromSeconds(1))
        {
            Assert.NotNull(arbiter.Stalled(0, Group, Calls(10), time));
            Assert.Empty(arbiter.Decide(time + FaultCase.AnswerTime, out _));
            Assert.Null(arbiter.Due);
        }
    }

    /// <summary>
    /// A rank that answered the inquiry may have died since. A report therefore starts a new inquiry, in which answers to the earlier one
    /// do not count.
    /// </summary>
    [Fact]
    public void Report_DuringAnInquiry_AsksAllAgain()
    {
        var arbiter = new Arbiter(0, World);
        var inquiry = arbiter.Stalled(0, Group, Calls(10), Start)!;
        arbiter.Answer(2, Group, inquiry.Number, Calls(10));
        var later = Start + FaultCase.AnswerTime - Moment;
        var opened = Report(arbiter, 1, later, out _);
        Assert.NotNull(opened);
        arbiter.Answer(2, Group, inquiry.Number, Calls(10));
        Assert.True(opened.Awaits(2));
        Assert.Equal(later + FaultCase.AnswerTime, arbiter.Due);
    }

    [Fact]
    public void TryTake_FloodOfMessages_IsRefusedUntilTimeHasPassed()
    {
        var allowance = new MessageAllowance(Start);
        for (var message = 0; message < MessageAllowance.Capacity; message++)
        {
            Assert.True(allowance.TryTake(Start));
        }

        Assert.False(allowance.TryTake(Start));
        Assert.True(allowance.TryTake(Start + TimeSpan.FromSeconds(1)));
    }

    private static LoopWait Calls(ulong count) => new(
        5, 0, 1, true, TimeSpan.FromSeconds(1),
            new OperationDescriptor(CollectiveCode.AllReduce, ElementCode.Int32, OperatorCode.Sum, AlgorithmCode.Ring, 0, count));

    private static Arbiter Decided(out Verdict verdict)
    {
        var arbiter = new Arbiter(0, World);
        Report(arbiter, 1, Start, out _);
        verdict = Assert.Single(arbiter.Decide(Start + FaultCase.AnswerTime, out _)).Verdict;
        return arbiter;
    }

    private static FaultCase? Report(Arbiter arbiter, int reporter, TimeSpan now, out Verdict? known) =>
        arbiter.Report(reporter, Group, Lost(2, reporter), isOpenHere: true, now, out known);

    private static FaultReport Lost(int suspect, int witness) =>
        new(AbortReason.PeerLost, suspect, witness, 4, 1, LoopWait.Idle(5), "lost");
}
