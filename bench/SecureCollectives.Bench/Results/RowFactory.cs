using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Plan;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Results;

/// <summary>Computes the rows from the samples.</summary>
internal static class RowFactory
{
    private const double MicrosecondsPerSecond = 1e6;
    private const double BytesPerGigabyte = 1e9;
    private const int Digits = 4;

    /// <summary>Returns the rows of one collective at one size, in the order of the variants.</summary>
    /// <param name="collective">The collective's name.</param>
    /// <param name="bytes">The measured size.</param>
    /// <param name="ranks">The number of ranks.</param>
    /// <param name="variants">The variants.</param>
    /// <param name="engines">The engine's name, by variant.</param>
    /// <param name="media">The medium, by variant.</param>
    /// <param name="samples">The samples, by variant.</param>
    public static IReadOnlyList<ResultRow> Create(
        string collective, long bytes, int ranks, IReadOnlyList<Variant> variants, IReadOnlyList<string> engines,
            IReadOnlyList<string> media, IReadOnlyList<VariantSamples> samples) =>
    [
        .. variants.Select((variant, i) =>
            Create(collective, bytes, ranks, variant, engines[
                i], samples[i], BaselineOf(variant, variants, samples), CountedRounds.Of(ComparedWith(variant, variants, samples)))
            with { Medium = media[i] }),
    ];

    /// <summary>
    /// Returns the baseline of a variant: plaintext over the same transport and congestion control. Null if that was not measured.
    /// </summary>
    public static VariantSamples? BaselineOf(Variant variant, IReadOnlyList<Variant> variants, IReadOnlyList<VariantSamples> samples) =>
        variants.Zip(samples).FirstOrDefault(pair => pair.First.IsBaseline && HaveOneBaseline(pair.First, variant)).Second;

    /// <summary>
    /// Returns the variants whose rows are compared with each other, and whose figures must therefore come from the same rounds.
    /// </summary>
    private static VariantSamples[] ComparedWith(Variant variant, IReadOnlyList<Variant> variants, IReadOnlyList<VariantSamples> samples) =>
        [.. variants.Zip(samples).Where(pair => HaveOneBaseline(pair.First, variant)).Select(pair => pair.Second)];

    private static bool HaveOneBaseline(Variant one, Variant other) =>
        (one.Transport, one.Congestion) == (other.Transport, other.Congestion);

    private static ResultRow Create(
        string name, long bytes, int ranks, Variant variant, string engine, VariantSamples samples, VariantSamples? baseline, int[] counted)
    {
        var collective = Names.Collectives[name];
        // Round once, so that readers can recompute the figures from the samples in the report.
        BatchResult[] batches = [.. counted.SelectMany(samples.Round)];
        double[] operations = [.. batches.SelectMany(batch => batch.OperationSeconds).Select(Microseconds)];
        var time = TimeSummary.Of([.. batches.Select(TimeOf)], operations);
        var algbw = bytes / time.Median * MicrosecondsPerSecond / BytesPerGigabyte;
        return new ResultRow(
            name,
            variant.Transport,
            variant.Congestion,
            variant.Setting,
            variant.Protection,
            variant.Suite,
            engine,
            ranks,
            bytes,
            MeasuredCollective.ElementType,
            collective.Operator,
            counted.Length,
            time,
            Math.Round(algbw, Digits),
            Math.Round(algbw * collective.BusFactor(ranks), Digits),
            samples.Wrong,
            PerGigabyte(batches.Average(batch => batch.ProcessorSeconds), bytes),
            PerGigabyte(samples.Observation.PollSeconds, bytes),
            Rounded(ranks > 1 ? samples.Observation.WireBytes / (bytes * collective.BusFactor(ranks) * ranks) : null),
            variant.IsBaseline || baseline is null
                ? Overhead.Unknown : Rounded(Overhead.Of(SecondsOf(baseline, counted), SecondsOf(samples, counted))),
            [.. samples.Batches.Select(TimeOf)])
        {
            LeftOutRounds = samples.Rounds - counted.Length,
            SamplesCoresNs = [.. samples.Batches.Select(batch => Rounded(batch.CoresNs))],
        };
    }

    private static double TimeOf(BatchResult batch) => Microseconds(batch.Seconds);

    private static double[] SecondsOf(VariantSamples samples, int[] rounds)
    {
        var seconds = samples.RoundSeconds;
        return [.. rounds.Select(round => seconds[round])];
    }

    private static Overhead Rounded(Overhead overhead) => new(Rounded(overhead.Median), Rounded(overhead.Low), Rounded(overhead.High));

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, Digits) : null;

    private static double Microseconds(double seconds) => Math.Round(seconds * MicrosecondsPerSecond, Digits);

    private static double PerGigabyte(double seconds, long bytes) => Math.Round(seconds / bytes * BytesPerGigabyte, Digits);
}
