using SecureCollectives.Transport.Tests.Directions.Model;

namespace SecureCollectives.Transport.Tests.Directions;

/// <summary>
/// Explores every interleaving of two ranks whose link ends at any moment and is replaced, with the product's own directions, cursors, kept
/// messages and frame counters.
/// </summary>
/// <remarks>Checked in every state: each frame is applied once and in order; no counter is used twice with one key; only frames that are
/// due on this link are opened; the applied position lies between the acknowledged one and the number of frames made; the peer's true
/// position is accepted and an impossible one is refused; some rank can make progress, unless both have finished.</remarks>
public sealed class ResumeModelTests
{
    /// <summary>
    /// Operations (a digit: that number of transfers from the callers' buffers; m: a message; b: a barrier), lanes, messages that a lane
    /// may keep, the maximum number of times that the link ends, and the minimum number of states to expect.
    /// </summary>
    public static TheoryData<string, int, int, int, int> Scenarios => new()
    {
        { "3", 1, 4, 2, 73_000 },
        { "2b2", 1, 4, 1, 16_000 },
        { "mmmb", 1, 4, 1, 37_000 },
        { "mmm", 1, 1, 2, 76_000 },
        { "m2m", 1, 4, 2, 167_000 },
        { "2", 2, 4, 1, 243_000 },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Run_EveryInterleaving_AppliesEverythingOnce(string operations, int lanes, int keptMessages, int breaks, int leastStates)
    {
        var exploration = new Explorer(new Scenario(operations, lanes, keptMessages, breaks)).Run();

        Assert.Null(exploration.Violation);
        Assert.InRange(exploration.States, leastStates, int.MaxValue);
        Assert.InRange(exploration.Ends, 1, int.MaxValue);
        var sendsMessages = operations.ContainsAny('m', 'b');
        Assert.Equal(sendsMessages ? Sight.EarlyMessage | Sight.Backlog | Sight.BacklogAtRest : Sight.None,
            exploration.Sight & ~Sight.LackOfRoom);
        Assert.Equal(sendsMessages && keptMessages == 1, exploration.Sight.HasFlag(Sight.LackOfRoom));
    }

    public static TheoryData<PlantedBug, string, int> Bugs => new()
    {
        { PlantedBug.ResumesLate, "3", 1 },
        { PlantedBug.ResumesLate, "mmmb", 1 },
        { PlantedBug.ResumesEarly, "3", 1 },
        { PlantedBug.ResumesEarly, "mmmb", 1 },
        { PlantedBug.LosesPosition, "3", 1 },
        { PlantedBug.LosesPosition, "mmmb", 1 },
        { PlantedBug.TakesLostForAcknowledged, "3", 1 },
        { PlantedBug.TakesLostForAcknowledged, "mmmb", 1 },
        { PlantedBug.AcknowledgesTooMuch, "3", 1 },
        { PlantedBug.AcknowledgesTooMuch, "mmmb", 1 },
        { PlantedBug.ReleasesTooMuch, "mmmb", 1 },
        { PlantedBug.ReusesKeys, "3", 1 },
        { PlantedBug.ReusesKeys, "mmmb", 1 },
        { PlantedBug.KeepsOldSealer, "3", 1 },
        { PlantedBug.KeepsOldSealer, "mmmb", 1 },
        { PlantedBug.KeepsOldOpener, "3", 1 },
        { PlantedBug.KeepsOldOpener, "mmmb", 1 },
        { PlantedBug.KeepsEarlyMessage, "2b2", 1 },
        { PlantedBug.KeepsEarlyMessage, "mmmb", 1 },
        { PlantedBug.SwapsPositions, "2", 2 },
    };

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Run_PlantedBug_IsFound(PlantedBug bug, string operations, int lanes) =>
        Assert.NotNull(new Explorer(new Scenario(operations, lanes, keptMessages: 4, breaks: 1), bug).Run().Violation);

    [Fact]
    public void Bugs_All_ArePlanted() =>
        Assert.Equal(Enum.GetValues<PlantedBug>().Where(bug => bug != PlantedBug.None),
            Bugs.Select(row => row.Data.Item1).Distinct().Order());
}
