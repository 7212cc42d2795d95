using System.Globalization;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Plan;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Faults;

/// <summary>Reports the expected and the measured overhead for each planted delay.</summary>
internal static class DelayReport
{
    public static IEnumerable<string> Notes(
        MeasuredCollective collective, string what, long bytes, int ranks, int localRanks, IReadOnlyList<Variant> variants,
            IReadOnlyList<VariantSamples> samples)
    {
        for (var i = 0; i < variants.Count; i++)
        {
            if (variants[i].DelayMicroseconds == 0 || RowFactory.BaselineOf(variants[i], variants, samples) is not { } baseline)
            {
                continue;
            }

            var twin = samples[variants.TakeWhile(variant => variant != variants[i] with { DelayMicroseconds = 0 }).Count()];
            var chunks = PlantedDelay.Chunks(
                collective, bytes, ranks, localRanks, VariantOpening.OptionsOf(variants[i]).EffectiveChunkBytes);
            var added = PlantedDelay.AddedSeconds(variants[i], chunks, ranks, Environment.ProcessorCount);
            var expected = PlantedDelay.ExpectedOverhead(baseline.RoundSeconds, twin.RoundSeconds, added);
            var overhead = Overhead.Of(baseline.RoundSeconds, samples[i].RoundSeconds);
            yield return Note(what, variants[i], chunks, expected, overhead);
        }
    }

    private static string Note(string what, Variant variant, int chunks, double expected, Overhead overhead)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{what}, {variant.Id}: {chunks} chunks per operation should add up to an overhead of {expected:0.0} %; "
                + $"measured {overhead.Median:0.0} % [{overhead.Low:0.0}, {overhead.High:0.0}]");
        return overhead is { Low: { } low, High: { } high }
            ? $"{text}, {(expected >= low && expected <= high ? "within" : "NOT within")}." : $"{text}.";
    }
}
