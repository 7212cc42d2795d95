using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>A measured time beside what the model says.</summary>
/// <param name="Case">What was measured.</param>
/// <param name="MeasuredSeconds">Its time.</param>
/// <param name="PredictedSeconds">By the model.</param>
/// <param name="IsFitted">Whether the parameters were chosen by this time: then it proves little.</param>
internal sealed record CheckedTime(LocalCase Case, double MeasuredSeconds, double PredictedSeconds, bool IsFitted)
{
    private const double Percent = 100;

    /// <summary>By how much the model is off: 50 says that it expects half as long again as it takes.</summary>
    public double ErrorPercent => Percent * ((PredictedSeconds / MeasuredSeconds) - 1);

    /// <summary>Of the times that prove something, as a share of what was measured.</summary>
    public static double LargestError(IReadOnlyList<CheckedTime> checks) =>
        checks.Where(check => !check.IsFitted).Max(check => Math.Abs(check.ErrorPercent)) / Percent;

    public static IReadOnlyList<CheckedTime> All(IReadOnlyList<LocalTime> times, ModelParameters parameters, int cores) =>
        [.. times.Select(time => new CheckedTime(
            time.Case, time.Seconds, time.Case.Predict(parameters, cores), ParameterFit.Uses(time.Case)))];
}
