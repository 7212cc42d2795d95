namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>What came of a simulation.</summary>
/// <param name="Seconds">Until the last rank had its result and could give the buffers back.</param>
/// <param name="Sent">Transfers that were sent, over the simulated ranks.</param>
/// <param name="Applied">Transfers that were applied.</param>
/// <param name="CoreSeconds">Of the busiest loop: how long a core worked for it.</param>
/// <param name="WireSeconds">Of the busiest direction of an interface: how long it carried something.</param>
/// <param name="SimulatedRanks">Ranks that were simulated; fewer than the world where others do the same.</param>
internal sealed record SimulatedRun(double Seconds, long Sent, long Applied, double CoreSeconds, double WireSeconds, int SimulatedRanks)
{
    /// <summary>Of the busiest host: how long its cores worked, all together.</summary>
    public double HostCoreSeconds { get; init; }
}
