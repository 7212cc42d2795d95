using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// Selects the rounds that count: those in which the machine's two processors were near each other before and after each batch of the
/// compared variants, if there are enough of them for an interval. Otherwise, and on machines where nothing was probed, all rounds count.
/// </summary>
internal static class CountedRounds
{
    /// <param name="samples">The samples of the compared variants, at least one, all with the same number of rounds.</param>
    /// <returns>The indices of the rounds that count.</returns>
    public static int[] Of(IReadOnlyCollection<VariantSamples> samples)
    {
        int[] all = [.. Enumerable.Range(0, samples.First().Rounds)];
        int[] near =
            [.. all.Where(round => !samples.SelectMany(variant => variant.Round(round)).Any(batch => batch.Cores == CoreState.Far))];
        return near.Length >= MedianInterval.FewestValues ? near : all;
    }
}
