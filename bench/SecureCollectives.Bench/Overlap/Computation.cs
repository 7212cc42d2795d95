using System.Diagnostics;

namespace SecureCollectives.Bench.Overlap;

/// <summary>
/// Stands in for a backward pass: a chain of dependent multiplications that keeps one core busy for a set time and touches no memory.
/// </summary>
internal sealed class Computation
{
    private const float Factor = 1.0000001f;
    private const long CalibrationSteps = 20_000_000;

    /// <summary>Receives the result, so that the compiler cannot eliminate the work.</summary>
    private float _sink;

    /// <summary>Multiplications per layer.</summary>
    public long StepsOfLayer { get; private set; }

    /// <summary>Sets how long a layer takes, approximately.</summary>
    public void Aim(double secondsOfLayer)
    {
        var start = Stopwatch.GetTimestamp();
        Run(CalibrationSteps);
        StepsOfLayer = Math.Max(1, (long)(CalibrationSteps * secondsOfLayer / Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    /// <summary>Scales the duration of a layer.</summary>
    public void Scale(double by) => StepsOfLayer = Math.Max(1, (long)(StepsOfLayer * by));

    /// <summary>Runs the backward pass of one layer.</summary>
    public void RunLayer() => Run(StepsOfLayer);

    private void Run(long steps)
    {
        var value = 1f;
        for (var i = 0L; i < steps; i++)
        {
            value = (value * Factor) + 1e-9f;
        }

        _sink += value;
    }
}
