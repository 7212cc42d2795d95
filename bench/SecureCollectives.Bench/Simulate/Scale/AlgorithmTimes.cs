using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Simulate.Scale;

/// <summary>What the model says of one algorithm in one cell.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Plain">Without protection.</param>
/// <param name="Sealed">With every chunk sealed.</param>
internal sealed record AlgorithmTimes(Algorithm Algorithm, SimulatedRun Plain, SimulatedRun Sealed)
{
    /// <summary>The share of plaintext's throughput that is lost, in percent.</summary>
    public double OverheadPercent => Overhead.OfRound(Plain.Seconds, Sealed.Seconds);
}
