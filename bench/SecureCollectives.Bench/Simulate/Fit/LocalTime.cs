using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Results;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>What was measured of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Seconds">Of an operation in the best batch: whatever else the machine does adds to a batch, and the model knows nothing of
/// it.</param>
internal sealed record LocalTime(LocalCase Case, double Seconds)
{
    private const double MicrosecondsPerSecond = 1e6;

    /// <summary>Of one batch a round, plaintext too, which has two: the best of twice as many would be better by that alone.</summary>
    public static LocalTime Of(ResultRow row, int localWorldSize)
    {
        var batchesPerRound = row.SamplesUs.Length / row.Rounds;
        return new LocalTime(
            new LocalCase(row.WorldSize, localWorldSize, row.Bytes, row.Protection == Names.Aead),
            row.SamplesUs.Where((_, batch) => batch % batchesPerRound == 0).Min() / MicrosecondsPerSecond);
    }
}
