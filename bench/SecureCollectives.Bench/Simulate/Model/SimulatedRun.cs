namespace SecureCollectives.Bench.Simulate.Model;

/// <summary>The result of a simulation.</summary>
/// <param name="Seconds">The time until the last rank had its result and could reuse its buffers.</param>
/// <param name="Sent">Transfers sent, summed over the simulated ranks.</param>
/// <param name="Applied">Transfers applied, summed over the simulated ranks.</param>
/// <param name="CoreSeconds">The busiest loop's core time.</param>
/// <param name="WireSeconds">The busy time of the busiest direction of an interface.</param>
/// <param name="SimulatedRanks">The number of simulated ranks; less than the world size if one rank represents others.</param>
internal sealed record SimulatedRun(double Seconds, long Sent, long Applied, double CoreSeconds, double WireSeconds, int SimulatedRanks)
{
    /// <summary>The core time of the busiest host, summed over its cores.</summary>
    public double HostCoreSeconds { get; init; }
}
