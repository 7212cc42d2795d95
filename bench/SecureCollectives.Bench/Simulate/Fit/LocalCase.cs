using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>An AllReduce on this machine that is both measured and predicted.</summary>
/// <param name="World">The number of ranks.</param>
/// <param name="LocalWorldSize">Ranks that are treated as one host, for a hierarchical ring; 1 for a flat ring.</param>
/// <param name="Bytes">The size of the buffer.</param>
/// <param name="IsSealed">Whether its frames are sealed.</param>
internal sealed record LocalCase(int World, int LocalWorldSize, long Bytes, bool IsSealed)
{
    /// <summary>The algorithm that the library chooses.</summary>
    public Algorithm Algorithm => Algorithm.Of(ScheduleOf(0));

    /// <summary>
    /// Whether the case differs from the one with a flat ring: false if the library uses the same algorithm despite several hosts.
    /// </summary>
    public bool IsOfItsOwn => LocalWorldSize == 1 || Algorithm == Algorithm.HierarchicalRing;

    /// <summary>Returns the time that the model predicts, in seconds.</summary>
    public double Predict(ModelParameters parameters, int cores, CancellationToken cancellationToken = default) =>
        Simulation.Run(new SimulatedWorld(World, World, ScheduleOf), new Cluster(World, cores, Wire: null), parameters, IsSealed,
            cancellationToken).Seconds;

    private Schedule ScheduleOf(int rank) => Algorithm.ChosenScheduleOf(rank, World, LocalWorldSize, Bytes, IsSealed);
}
