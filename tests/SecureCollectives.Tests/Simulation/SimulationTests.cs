namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// Thousands of simulated worlds in which connections are cut and replaced at any moment, and worlds with a planted bug that must be found.
/// </summary>
public sealed class SimulationTests
{
    private const int Seeds = 10_000;

    /// <summary>To reproduce a failure, run <see cref="Run_OneSeed_IsCorrect"/> with its seed.</summary>
    [Fact]
    public void Run_ManySeeds_EveryResultIsCorrect()
    {
        var replaced = 0;
        Parallel.For(1, Seeds + 1, seed =>
        {
            var world = new SimulatedWorld(seed);
            var violation = world.Run();
            Assert.True(violation is null, $"seed {seed}: {violation}");
            Interlocked.Add(ref replaced, world.Replaced);
        });
        Assert.InRange(replaced, Seeds, int.MaxValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Run_OneSeed_IsCorrect(int seed) => Assert.Null(new SimulatedWorld(seed).Run());

    public static TheoryData<Bug> Bugs => [.. Enum.GetValues<Bug>().Where(bug => bug != Bug.None)];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void Run_PlantedBug_IsFound(Bug bug) =>
        Assert.Contains(Enumerable.Range(1, 1000), seed => new SimulatedWorld(seed, bug).Run() is not null);
}
