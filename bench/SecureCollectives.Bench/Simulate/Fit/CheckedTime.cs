using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>A measured time and the model's prediction for it.</summary>
/// <param name="Case">The case that was measured.</param>
/// <param name="MeasuredSeconds">The measured time.</param>
/// <param name="PredictedSeconds">The predicted time.</param>
/// <param name="IsFitted">Whether the parameters were fitted to this time, in which case it proves little.</param>
internal sealed record CheckedTime(LocalCase Case, double MeasuredSeconds, double PredictedSeconds, bool IsFitted)
{
    private const double Percent = 100;

    /// <summary>The model's error in percent: 50 means that it predicts 1.5 times the measured time.</summary>
    public double ErrorPercent => Percent * ((PredictedSeconds / MeasuredSeconds) - 1);

    /// <summary>Returns the largest error over the times that were not fitted, as a share of the measured time.</summary>
    public static double LargestError(IReadOnlyList<CheckedTime> checks) =>
        checks.Where(check => !check.IsFitted).Max(check => Math.Abs(check.ErrorPercent)) / Percent;

    public static IReadOnlyList<CheckedTime> All(IReadOnlyList<LocalTime> times, ModelParameters parameters, int cores) =>
        [.. times.Select(time => new CheckedTime(
            time.Case, time.Seconds, time.Case.Predict(parameters, cores), ParameterFit.Uses(time.Case)))];
}
