using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>An AllReduce on this machine that is measured and predicted.</summary>
/// <param name="World">Ranks.</param>
/// <param name="LocalWorldSize">Ranks that count as those of one host, for a hierarchical ring; 1 for one ring.</param>
/// <param name="Bytes">Of the buffer.</param>
/// <param name="IsSealed">Whether its frames are sealed.</param>
internal sealed record LocalCase(int World, int LocalWorldSize, long Bytes, bool IsSealed)
{
    /// <summary>How the library does it.</summary>
    public Algorithm Algorithm => Algorithm.Of(ScheduleOf(0));

    /// <summary>
    /// Whether ranks of several hosts do it in another way than those of one; where they do not, it is the same case again.
    /// </summary>
    public bool IsOfItsOwn => LocalWorldSize == 1 || Algorithm == Algorithm.HierarchicalRing;

    /// <summary>What the model says of it.</summary>
    public double Predict(ModelParameters parameters, int cores, CancellationToken cancellationToken = default) =>
        Simulation.Run(new SimulatedWorld(World, World, ScheduleOf), new Cluster(World, cores, Wire: null), parameters, IsSealed,
            cancellationToken).Seconds;

    private Schedule ScheduleOf(int rank) => Algorithm.ChosenScheduleOf(rank, World, LocalWorldSize, Bytes, IsSealed);
}
