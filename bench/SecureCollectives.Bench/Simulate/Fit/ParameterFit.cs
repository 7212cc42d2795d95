using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>
/// Fits the parameters that cannot be measured separately. Minimizes the sum of squared logarithms of predicted over measured time, so that
/// small operations count as much as large ones. Uses pattern search (Hooke and Jeeves), which moves one parameter after the other up or
/// down in ever smaller steps.
/// </summary>
internal static class ParameterFit
{
    private const double FirstStep = 2;
    private const double LastStep = 1.001;

    /// <summary>
    /// The worlds to fit. Almost any machine has a core for each rank of the first. A small machine does not have one for each rank of the
    /// second, and cores switch between ranks only there.
    /// </summary>
    private static readonly int[] Worlds = [2, 4];

    private static readonly (Func<ModelParameters, double> Get, Func<ModelParameters, double, ModelParameters> With)[] Fitted =
    [
        (parameters => parameters.SecondsPerFrame, (parameters, value) => parameters with { SecondsPerFrame = value }),
        (parameters => parameters.HandoffSeconds, (parameters, value) => parameters with { HandoffSeconds = value }),
        // The costs of sending and receiving cannot be separated when both ends share the machine, so they get the same value.
        (parameters => parameters.SecondsPerByteSent, (
            parameters, value) => parameters with { SecondsPerByteSent = value, SecondsPerByteReceived = value }),
        (parameters => parameters.SwitchSeconds, (parameters, value) => parameters with { SwitchSeconds = value }),
    ];

    /// <summary>Returns whether cores switch between ranks in the fitted worlds; if not, the first guess stays.</summary>
    public static bool SeesSwitches(int cores) => Worlds.Max() > cores;

    /// <summary>
    /// Returns whether a case is used for fitting. Sealed cases are not, because the cipher is measured separately, nor is the hierarchical
    /// ring, which serves as a check.
    /// </summary>
    public static bool Uses(LocalCase measured) => !measured.IsSealed && measured.LocalWorldSize == 1 && Worlds.Contains(measured.World);

    /// <param name="start">The parameters measured separately, and a first guess of the rest.</param>
    /// <param name="times">The measured times.</param>
    /// <param name="cores">The number of cores of this machine.</param>
    /// <param name="cancellationToken">Cancels the fit.</param>
    public static ModelParameters Fit(
        ModelParameters start, IReadOnlyList<LocalTime> times, int cores, CancellationToken cancellationToken = default)
    {
        LocalTime[] used = [.. times.Where(time => Uses(time.Case))];
        var best = (Parameters: start, Error: ErrorOf(start));
        for (var step = FirstStep; step > LastStep;)
        {
            var before = best.Error;
            foreach (var (get, with) in Fitted)
            {
                foreach (var factor in (double[])[step, 1 / step])
                {
                    var candidate = with(best.Parameters, get(best.Parameters) * factor);
                    if (ErrorOf(candidate) is var error && error < best.Error)
                    {
                        best = (candidate, error);
                    }
                }
            }

            if (best.Error >= before)
            {
                step = Math.Sqrt(step);
            }
        }

        return best.Parameters;

        double ErrorOf(ModelParameters parameters) =>
            used.Sum(time => Math.Pow(Math.Log(time.Case.Predict(parameters, cores, cancellationToken) / time.Seconds), 2));
    }
}
