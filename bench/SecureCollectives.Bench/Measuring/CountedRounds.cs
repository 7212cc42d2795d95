using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// The rounds whose figures count: those in which the machine's two processors were near each other, before and after each batch of the
/// variants that are set against each other, if they are enough for an interval; all of them otherwise, and on machines where nothing was
/// probed.
/// </summary>
internal static class CountedRounds
{
    /// <param name="samples">Of variants with as many rounds; at least one.</param>
    /// <returns>The rounds' indices.</returns>
    public static int[] Of(IReadOnlyCollection<VariantSamples> samples)
    {
        int[] all = [.. Enumerable.Range(0, samples.First().Rounds)];
        int[] near =
            [.. all.Where(round => !samples.SelectMany(variant => variant.Round(round)).Any(batch => batch.Cores == CoreState.Far))];
        return near.Length >= MedianInterval.FewestValues ? near : all;
    }
}
