namespace SecureCollectives.Bench.Measuring;

/// <summary>Runs all variants until no rank's runtime compiles any more.</summary>
internal static class WarmUp
{
    private const double PassSeconds = 0.02;
    private const int MostIterations = 200;

    /// <summary>Warms up, and measures how long operations take, to set the pace.</summary>
    /// <returns>Seconds per operation, by variant; the same on all ranks.</returns>
    public static double[] Run(
        Workbench workbench, ControlGroup control, IReadOnlyList<OpenVariant> variants, CancellationToken cancellationToken)
    {
        var silence = new CompilerSilence();
        var seconds = new double[variants.Count];
        do
        {
            for (var i = 0; i < seconds.Length; i++)
            {
                seconds[i] = workbench.Time(variants[i], Iterations(seconds[i]), cancellationToken).Seconds;
            }
        }
        while (control.Any(silence.IsAwaited()));
        return seconds;
    }

    private static int Iterations(double operationSeconds) =>
        operationSeconds == 0 ? 1 : (int)Math.Clamp(PassSeconds / operationSeconds, 1, MostIterations);
}
