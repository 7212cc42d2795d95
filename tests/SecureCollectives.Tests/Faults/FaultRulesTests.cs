using SecureCollectives.Faults;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Faults;

/// <summary>Which rank is to blame, given the views of four ranks. Each row contains the views and the verdict.</summary>
public sealed class FaultRulesTests
{
    private const ulong Operation = 7;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly RankView Gone = new(Presence.Gone);
    private static readonly RankView Silent = new(Presence.Silent);

    public static TheoryData<string> Pictures => [.. PicturesByName.Keys];

    private static Dictionary<string, (RankView[] Ranks, AbortReason Reason, int Culprit, int? Other)> PicturesByName { get; } = new()
    {
        ["a process has ended; its neighbours lost it, another waits elsewhere"] =
            ([Waits(3, 2), Lost(2, by: 1), Gone, Lost(2, by: 3)], AbortReason.PeerLost, 2, null),
        ["a process has ended; one rank alone has noticed, through a neighbour's abort"] =
            ([Told(AbortReason.PeerLost, 2, witness: 1), Waits(0, 1), Gone, Waits(2, 1)], AbortReason.PeerLost, 2, null),
        ["rank 0 has ended"] = ([Gone, Lost(0, by: 1), Waits(1, 1), Lost(0, by: 3)], AbortReason.PeerLost, 0, null),
        ["two processes have ended, both lost: the lower"] = ([Lost(3, by: 0), Gone, Lost(1, by: 2), Gone], AbortReason.PeerLost, 1, null),
        ["two have ended, one of which nobody waits for"] = ([Lost(3, by: 0), Gone, Waits(3, 1), Gone], AbortReason.PeerLost, 3, null),
        ["a process stopped; its successor timed out"] = (
            [Waits(3, 2), Waits(0, 3), Silent, TimedOut(2, 1)], AbortReason.TimedOut, 2, null),
        ["a process stopped; a rank that nobody suspects timed out first"] = (
            [TimedOut(3, 2), Waits(0, 3), Silent, Waits(2, 1)], AbortReason.TimedOut, 2, null),
        ["a host vanished: the connection broke and nobody answers"] = (
            [Waits(3, 2), Lost(2, by: 1), Silent, Lost(2, by: 3)], AbortReason.PeerLost, 2, null),
        ["a stopped process that nobody waits for, and a refused frame"] = (
            [Silent, Saw(AbortReason.AuthenticationFailed, 2, by: 1), Waits(1, 1), Idle(8)], AbortReason.AuthenticationFailed, 2, null),
        ["a refused frame, and a busy process that does not answer in time"] =
            ([Waits(3, 1), Silent, Saw(
                AbortReason.AuthenticationFailed, 1, by: 2), Waits(2, 3)], AbortReason.AuthenticationFailed, 1, null),
        ["a defect, whose rank has ended since"] = ([Waits(3, 1),
            new RankView(Presence.Gone, null, Report(AbortReason.InternalError, 1, 1, 0)), Lost(1, by: 2), Waits(2, 3)],
                AbortReason.InternalError, 1, null),
        ["a caller cancelled, others lost it"] = ([Lost(1, by: 0), Saw(AbortReason.Cancelled, 1, by: 1),
            Told(AbortReason.Cancelled, 1, witness: 1), Idle(7)], AbortReason.Cancelled, 1, null),
        ["calls that do not match"] = ([Saw(AbortReason.CallMismatch, 1, by: 0), Saw(AbortReason.CallMismatch, 0, by: 1), Waits(1, 0),
            Waits(2, 0)], AbortReason.CallMismatch, 1, null),
        ["a cut between two live ranks"] = ([Waits(3, 2), Lost(2, by: 1), Lost(1, by: 2), Waits(2, 3)], AbortReason.PeerLost, 1, 2),
        ["a cut that only one end sees"] = ([Waits(3, 2), Waits(0, 3), Lost(3, by: 2), Waits(2, 3)], AbortReason.PeerLost, 2, 3),
        ["a rank that has not called"] = ([TimedOut(3, 1), Waits(0, 2), Idle(Operation), TimedOut(2, 0)], AbortReason.TimedOut, 2, null),
        ["a rank that lacks what another sent it in the operation before"] =
            ([TimedOut(3, 1), Waits(
                0, 2), Waits(1, 0, operation: Operation - 1, elapsed: Limit), TimedOut(2, 0)], AbortReason.TimedOut, 1, 2),
        ["a rank that calls as the others give up, and lacks what they stopped sending"] =
            ([TimedOut(3, 1), TimedOut(
                0, 2), Waits(1, 0, elapsed: TimeSpan.FromMilliseconds(30)), TimedOut(2, 0)], AbortReason.TimedOut, 2, null),
        ["a rank that has left the communicator"] = (
            [TimedOut(3, 1), Waits(0, 2), new RankView(Presence.Present), TimedOut(2, 0)], AbortReason.TimedOut, 2, null),
        ["a rank waits for a message, and others for it in an operation"] =
            ([TimedOut(1, 1), WantsMessage(3, by: 1), Waits(1, 0), Idle(Operation)], AbortReason.TimedOut, 3, null),
        ["a rank waits for a message from a rank that waits for a message itself"] =
            ([WantsMessage(2, by: 0), Waits(0, 1), WaitsForMessage(3), Idle(Operation)], AbortReason.TimedOut, 3, null),
        ["a rank waits for a message from a rank that waits in an operation for one that has not called"] =
            ([Waits(3, 0), WantsMessage(3, by: 1), Idle(Operation), Waits(2, 0)], AbortReason.TimedOut, 2, null),
        ["ranks wait for each other's messages; one has given up"] =
            ([Waits(1, 1), WantsMessage(2, by: 1), WaitsForMessage(3), WaitsForMessage(1)], AbortReason.TimedOut, 1, 2),
        ["a process from which a message was expected has ended"] = (
            [WaitsForMessage(2), Lost(2, by: 1), Gone, Idle(Operation)], AbortReason.PeerLost, 2, null),
        ["a neighbour's abort names this rank as the witness of a timeout"] =
            ([new RankView(Presence.Present, null, new FaultReport(AbortReason.TimedOut, 3, 0, 0, 0, LoopWait.Idle(0), "told")), Waits(
                2, 0), Idle(Operation), Waits(1, 0)], AbortReason.TimedOut, 2, null),
        ["a rank waits for a message from a rank that does not answer"] = (
            [WantsMessage(2, by: 0), Waits(0, 1), Silent, Idle(Operation)], AbortReason.TimedOut, 2, null),
        ["swallowed bytes: everybody waits, in a circle"] = (
            [TimedOut(3, 2), TimedOut(0, 3), TimedOut(1, 4), TimedOut(2, 1)], AbortReason.TimedOut, 2, 3),
        ["swallowed bytes: the sender is done and idle"] = (
            [Waits(3, 2), Idle(Operation + 1), Idle(Operation + 1), TimedOut(2, 1)], AbortReason.TimedOut, 2, 3),
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Decide_Picture_NamesTheCulprit(string picture)
    {
        var (ranks, reason, culprit, other) = PicturesByName[picture];
        var verdict = FaultRules.Decide(ranks);
        Assert.True((reason, culprit, other) == (verdict.Reason, verdict.Culprit, verdict.Other), $"{verdict}");
        Assert.NotEqual(verdict.Culprit, verdict.Other);
    }

    [Fact]
    public void Decide_OnlyATimeOutReport_IsThatReport()
    {
        var report = new FaultReport(AbortReason.TimedOut, 1, 0, Operation, 3, LoopWait.Idle(Operation), "waited");
        var verdict = FaultRules.Decide([new RankView(Presence.Present, null, report), new RankView(Presence.Present)]);
        Assert.Equal((AbortReason.TimedOut, 1, 0, Operation, 3u, "waited"),
            (verdict.Reason, verdict.Culprit, verdict.Witness, verdict.Operation, verdict.Step, verdict.Detail));
    }

    [Fact]
    public void Decide_Pair_ExplainsWhatHappened() => Assert.Equal(
        "ranks 1 and 2 lost their connection to each other, though both are alive; rank 1 saw: seen",
        FaultRules.Decide([Waits(3, 2), Lost(2, by: 1), Lost(1, by: 2), Waits(2, 3)]).Detail);

    private static LoopWait Wait(int rank, uint step, ulong operation = Operation, TimeSpan? elapsed = null) =>
        new(operation, step, rank, true, elapsed ?? Limit);

    private static RankView Waits(int rank, uint step, ulong operation = Operation, TimeSpan? elapsed = null) =>
        new(Presence.Present, Wait(rank, step, operation, elapsed));

    /// <summary>Returns the view of a rank that has given up waiting in Receive.</summary>
    private static RankView WantsMessage(int from, int by) =>
        new(Presence.Present, null, new FaultReport(AbortReason.TimedOut, from, by, 0, 0, ForMessage(from), "waited"));

    /// <summary>Returns the view of a rank that is waiting in Receive.</summary>
    private static RankView WaitsForMessage(int from) => new(Presence.Present, ForMessage(from));

    private static LoopWait ForMessage(int from) => LoopWait.Idle(Operation) with { WaitedFor = from, Elapsed = Limit };

    private static RankView Idle(ulong next) => new(Presence.Present, LoopWait.Idle(next));

    private static FaultReport Report(AbortReason reason, int suspect, int witness, uint step) =>
        new(reason, suspect, witness, Operation, step, Wait(suspect, step), "seen");

    private static RankView TimedOut(int rank, uint step) =>
        new(Presence.Present, null, Report(AbortReason.TimedOut, rank, rank == 3 ? 0 : rank + 1, step));

    private static RankView Lost(int rank, int by) => Saw(AbortReason.PeerLost, rank, by);

    private static RankView Told(AbortReason reason, int suspect, int witness) =>
        new(Presence.Present, null, Report(reason, suspect, witness, 5));

    private static RankView Saw(AbortReason reason, int suspect, int by) => new(Presence.Present, null, Report(reason, suspect, by, 4));
}
