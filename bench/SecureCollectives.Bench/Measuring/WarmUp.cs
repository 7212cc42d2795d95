using System.Diagnostics;
using System.Runtime;

namespace SecureCollectives.Bench.Measuring;

/// <summary>Runs all variants until no rank's runtime compiles any more: until then code runs that is not yet optimized, or is being measured for it.</summary>
internal static class WarmUp
{
    private const double PassSeconds = 0.02;
    private const int MostIterations = 200;

    /// <summary>The runtime compiles hot code again after 100 ms without new code, so a shorter silence proves nothing.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    /// <summary>Warms up and measures on the way, for the pace.</summary>
    /// <returns>Seconds of one operation, by variant; the same on all ranks.</returns>
    public static double[] Run(Workbench workbench, ControlGroup control, IReadOnlyList<OpenVariant> variants, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var silentSince = started;
        var compiled = JitInfo.GetCompiledMethodCount();
        var seconds = new double[variants.Count];
        bool goesOn;
        do
        {
            for (var i = 0; i < seconds.Length; i++)
                seconds[i] = workbench.Time(variants[i], Iterations(seconds[i]), cancellationToken).Seconds;
            var count = JitInfo.GetCompiledMethodCount();
            if (count != compiled)
                (compiled, silentSince) = (count, Stopwatch.GetTimestamp());
            goesOn = Stopwatch.GetElapsedTime(silentSince) < Silence && Stopwatch.GetElapsedTime(started) < Limit;
        }
        while (control.Any(goesOn));
        return seconds;
    }

    private static int Iterations(double operationSeconds) =>
        operationSeconds == 0 ? 1 : (int)Math.Clamp(PassSeconds / operationSeconds, 1, MostIterations);
}
