using SecureCollectives.Bench.Simulate.Model;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>
/// Chooses what cannot be measured by itself so that the model says what was measured: the least sum of squares of logarithms, so that a
/// small operation counts like a large one. By pattern search (Hooke and Jeeves): each parameter in turn a little up or down, in smaller
/// and smaller steps.
/// </summary>
internal static class ParameterFit
{
    private const double FirstStep = 2;
    private const double LastStep = 1.001;

    /// <summary>
    /// A world that has a core for each rank on almost any machine, and one that has not on a small one: switching shows there alone.
    /// </summary>
    private static readonly int[] Worlds = [2, 4];

    private static readonly (Func<ModelParameters, double> Get, Func<ModelParameters, double, ModelParameters> With)[] Fitted =
    [
        (parameters => parameters.SecondsPerFrame, (parameters, value) => parameters with { SecondsPerFrame = value }),
        (parameters => parameters.HandoffSeconds, (parameters, value) => parameters with { HandoffSeconds = value }),
        // Down and up cannot be told apart where both ends are on one machine: they count alike.
        (parameters => parameters.SecondsPerByteSent, (
            parameters, value) => parameters with { SecondsPerByteSent = value, SecondsPerByteReceived = value }),
        (parameters => parameters.SwitchSeconds, (parameters, value) => parameters with { SwitchSeconds = value }),
    ];

    /// <summary>Whether cores go from rank to rank in what is fitted; elsewhere the first guess stays.</summary>
    public static bool SeesSwitches(int cores) => Worlds.Max() > cores;

    /// <summary>
    /// Whether parameters are chosen by such a case: in plaintext, since the cipher is measured by itself, and without the hierarchical
    /// ring, which then is a check.
    /// </summary>
    public static bool Uses(LocalCase measured) => !measured.IsSealed && measured.LocalWorldSize == 1 && Worlds.Contains(measured.World);

    /// <param name="start">What is measured by itself, and a first guess of the rest.</param>
    /// <param name="times">What was measured.</param>
    /// <param name="cores">Of this machine.</param>
    /// <param name="cancellationToken">Ends it.</param>
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
