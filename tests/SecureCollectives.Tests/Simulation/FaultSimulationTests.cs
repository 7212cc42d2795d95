using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// Any rank is killed or stopped in any phase. All others fail with the same message, within bounded time. Time is simulated.
/// </summary>
public sealed class FaultSimulationTests
{
    private const int Seeds = 10;

    /// <summary>The time within which a rank's death is noticed; other ranks may be pausing between two operations.</summary>
    private static readonly TimeSpan Detection = TimeSpan.FromSeconds(1) + FaultRank.MaxRest;

    /// <summary>The time within which all ranks then agree on the verdict.</summary>
    private static readonly TimeSpan Verdict = TimeSpan.FromSeconds(2);

    public static TheoryData<FaultKind, FaultPhase, int> Grid =>
    [
        .. from fault in Enum.GetValues<FaultKind>() from phase in Enum.GetValues<FaultPhase>() from victim in Enumerable
            .Range(0, 4) select (fault, phase, victim),
    ];

    [Theory]
    [MemberData(nameof(Grid))]
    public void Run_RankIsStruck_AllOthersNameItInTime(FaultKind fault, FaultPhase phase, int victim)
    {
        var detection = fault == FaultKind.Killed
            ? Detection : FaultRank.OperationTimeout + new LoopOptions(1, 1).DrainTimeout + FaultRank.MaxRest;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var world = new FaultWorld(seed, phase);
            var others = world.Run(fault, victim);

            var seen = others.Min(rank => rank.SeenAt)!.Value;
            Assert.True(seen - world.StruckAt <= detection, $"seed {seed}: seen after {seen - world.StruckAt}");
            foreach (var rank in others)
            {
                Assert.True(rank.EndedAt - seen <= Verdict, $"seed {seed}: rank {rank.Rank} ended {rank.EndedAt - seen} after that");
                Assert.True((victim, null) == (rank.End!.Culprit, rank.End.OtherCulprit),
                    $"seed {seed}: rank {rank.Rank} says: {rank.End.Detail}");
                Assert.Equal(fault == FaultKind.Killed ? AbortReason.PeerLost : AbortReason.TimedOut, rank.End.Reason);
            }

            Assert.Single(others.Select(rank => rank.End!.Detail).Distinct());
        }
    }
}
