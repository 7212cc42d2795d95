using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>An AllReduce on this machine that is measured and predicted.</summary>
/// <param name="World">Ranks.</param>
/// <param name="Bytes">Of the buffer.</param>
/// <param name="IsSealed">Whether its frames are sealed.</param>
internal sealed record LocalCase(int World, long Bytes, bool IsSealed)
{
    /// <summary>What the model says of it.</summary>
    public double Predict(ModelParameters parameters, int cores) =>
        Simulation.Run(
            new SimulatedWorld(World, World, rank => Algorithm.ChosenScheduleOf(rank, World, Bytes, IsSealed)),
            new Cluster(World, cores, Wire: null),
            parameters,
            IsSealed).Seconds;
}
