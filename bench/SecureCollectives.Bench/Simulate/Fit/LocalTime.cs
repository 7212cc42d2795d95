using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>The measured time of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Seconds">Seconds per operation in the fastest batch: other load on the machine adds time to a batch, and the model does not
/// include it.</param>
internal sealed record LocalTime(LocalCase Case, double Seconds)
{
    private const double MicrosecondsPerSecond = 1e6;

    /// <summary>
    /// Uses one batch per round, also for plaintext, which has two: the minimum of twice as many batches would be lower by chance alone.
    /// </summary>
    public static LocalTime Of(ResultRow row, int localWorldSize)
    {
        var batchesPerRound = row.SamplesUs.Length / row.Rounds;
        return new LocalTime(
            new LocalCase(row.WorldSize, localWorldSize, row.Bytes, row.Protection == Names.Aead),
            row.SamplesUs.Where((_, batch) => batch % batchesPerRound == 0).Min() / MicrosecondsPerSecond);
    }
}
