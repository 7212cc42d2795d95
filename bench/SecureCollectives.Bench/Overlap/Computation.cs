using System.Diagnostics;

namespace SecureCollectives.Bench.Overlap;

/// <summary>
/// Stands for a backward pass: a row of dependent multiplications that keeps one core busy and touches no memory, as long as wanted.
/// </summary>
internal sealed class Computation
{
    private const float Factor = 1.0000001f;
    private const long CalibrationSteps = 20_000_000;

    /// <summary>Takes the result, so that the compiler cannot leave the work out.</summary>
    private float _sink;

    /// <summary>Multiplications of one layer.</summary>
    public long StepsOfLayer { get; private set; }

    /// <summary>Sets how long a layer takes, about.</summary>
    public void Aim(double secondsOfLayer)
    {
        var start = Stopwatch.GetTimestamp();
        Run(CalibrationSteps);
        StepsOfLayer = Math.Max(1, (long)(CalibrationSteps * secondsOfLayer / Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    /// <summary>Makes layers longer or shorter.</summary>
    public void Scale(double by) => StepsOfLayer = Math.Max(1, (long)(StepsOfLayer * by));

    /// <summary>The backward pass of one layer.</summary>
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
