using System.Globalization;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Plan;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Faults;

/// <summary>Says for each planted delay what price it must show and what was measured.</summary>
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
            var expected = PlantedDelay.ExpectedPrice(baseline.RoundSeconds, twin.RoundSeconds, added);
            var price = Price.Of(baseline.RoundSeconds, samples[i].RoundSeconds);
            yield return Note(what, variants[i], chunks, expected, price);
        }
    }

    private static string Note(string what, Variant variant, int chunks, double expected, Price price)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{what}, {variant.Id}: {chunks} chunks an operation must show a price of {expected:0.0} %; measured {price.Median:0.0} % "
                + $"[{price.Low:0.0}, {price.High:0.0}]");
        return price is { Low: { } low, High: { } high }
            ? $"{text}, {(expected >= low && expected <= high ? "within" : "NOT within")}." : $"{text}.";
    }
}
