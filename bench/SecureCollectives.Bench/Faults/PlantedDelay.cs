using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Plan;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;

namespace SecureCollectives.Bench.Faults;

/// <summary>
/// Computes the overhead that a planted delay should produce, from the same variant without the delay: each operation takes longer by one
/// delay per sealed chunk.
/// </summary>
internal static class PlantedDelay
{
    /// <param name="plain">Seconds of the baseline, by round.</param>
    /// <param name="twin">Seconds of the same protection without delay, by round.</param>
    /// <param name="addedSeconds">Seconds that the delay adds to an operation.</param>
    public static double ExpectedOverhead(IReadOnlyList<double> plain, IReadOnlyList<double> twin, double addedSeconds) =>
        OrderStatistics.Median([.. plain.Zip(twin, (baseline, time) => Overhead.OfRound(baseline, time + addedSeconds))]);

    /// <summary>
    /// Returns the seconds that the delay adds to an operation. A worker seals its chunks one after the other. If workers outnumber cores,
    /// the delays of other workers also occupy its core.
    /// </summary>
    public static double AddedSeconds(Variant variant, int chunks, int ranks, int cores)
    {
        const double MicrosecondsPerSecond = 1e6;
        return variant.DelayMicroseconds / MicrosecondsPerSecond * chunks * Math.Max(1, (double)ranks / cores);
    }

    /// <summary>
    /// Returns the largest number of chunks that a rank sends in one operation, according to the library's own schedules.
    /// </summary>
    public static int Chunks(MeasuredCollective collective, long bytes, int ranks, int localRanks, int chunkBytes)
    {
        var count = collective.InputCount(bytes, ranks);
        return Enumerable.Range(0, ranks).Max(rank =>
        {
            var schedules = new ScheduleCache(rank, ranks, chunkBytes, smallBytes: 0, localRanks);
            var schedule = collective is MeasuredAllGather
                ? schedules.AllGather(ElementCode.Float32, sizeof(float), count)[0]
                : schedules.AllReduce(ElementCode.Float32, sizeof(float), OperatorCode.Sum, count)[0];
            var chunks = 0;
            for (var flow = 0; flow < schedule.Sends.Length; flow++)
            {
                for (var position = 0L; position < schedule.Sends[flow].Count; position++)
                {
                    chunks += schedule.GetSend(flow, position).Source.Length > 0 ? 1 : 0;
                }
            }

            return chunks;
        });
    }
}
