using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>The model's prediction for one algorithm in one cell.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Plain">The run without protection.</param>
/// <param name="Sealed">The run with every chunk sealed.</param>
internal sealed record AlgorithmTimes(Algorithm Algorithm, SimulatedRun Plain, SimulatedRun Sealed)
{
    /// <summary>The share of plaintext's throughput that is lost, in percent.</summary>
    public double OverheadPercent => Overhead.OfRound(Plain.Seconds, Sealed.Seconds);
}
