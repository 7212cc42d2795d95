using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// The rounds whose figures count: those in which the machine's two processors were near each other, before and after each batch of a variant and of its baseline, if they are
/// enough for an interval; all of them otherwise, and on machines where nothing was probed.
/// </summary>
internal static class CountedRounds
{
    /// <returns>Their indices.</returns>
    public static int[] Of(VariantSamples samples, VariantSamples? baseline)
    {
        int[] all = [.. Enumerable.Range(0, samples.Rounds)];
        int[] near = [.. all.Where(round => !samples.Round(round).Concat(baseline?.Round(round) ?? []).Any(batch => batch.Cores == CoreState.Far))];
        return near.Length >= MedianInterval.FewestValues ? near : all;
    }
}
