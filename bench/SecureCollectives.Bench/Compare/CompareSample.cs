using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Compare;

/// <summary>What one pass of one contender says of one cell.</summary>
/// <param name="Contender">The contender's key.</param>
/// <param name="Cell">What it did.</param>
/// <param name="TimeUs">One operation, in microseconds: the median of the pass's batches.</param>
/// <param name="Wrong">Elements that were wrong on any rank.</param>
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
