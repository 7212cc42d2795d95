using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>The sample of one contender in one cell, from one pass.</summary>
/// <param name="Contender">The contender's key.</param>
/// <param name="Cell">The cell that was measured.</param>
/// <param name="TimeUs">Microseconds per operation: the median of the pass's batches.</param>
/// <param name="Wrong">Wrong elements over all ranks.</param>
internal sealed record CompareSample(string Contender, CompareCell Cell, double TimeUs, long Wrong)
{
    public static IReadOnlyList<CompareSample> OfBatches(string contender, IEnumerable<PeerLine> batches) =>
    [
        .. from batch in batches
           group batch by new CompareCell(batch.Collective, batch.Bytes) into cell
           select new CompareSample(
               contender, cell.Key, OrderStatistics.Median([.. cell.Select(batch => batch.TimeUs)]), cell.Sum(batch => batch.Wrong)),
    ];
}
