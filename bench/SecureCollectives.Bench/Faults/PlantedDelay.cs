using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Plan;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.Collectives;
using SecureCollectives.Framing;

namespace SecureCollectives.Bench.Faults;

/// <summary>
/// What overhead a planted delay must show, from its twin without delay: each operation takes so much longer as it seals chunks.
/// </summary>
internal static class PlantedDelay
{
    /// <param name="plain">Seconds of the baseline, by round.</param>
    /// <param name="twin">Seconds of the same protection without delay, by round.</param>
    /// <param name="addedSeconds">What the delay adds to an operation.</param>
    public static double ExpectedOverhead(IReadOnlyList<double> plain, IReadOnlyList<double> twin, double addedSeconds) =>
        OrderStatistics.Median([.. plain.Zip(twin, (baseline, time) => Overhead.OfRound(baseline, time + addedSeconds))]);

    /// <summary>
    /// A worker seals its chunks one after the other; where there are more workers than cores, those of others take the processor
    /// meanwhile.
    /// </summary>
    public static double AddedSeconds(Variant variant, int chunks, int ranks, int cores)
    {
        const double MicrosecondsPerSecond = 1e6;
        return variant.DelayMicroseconds / MicrosecondsPerSecond * chunks * Math.Max(1, (double)ranks / cores);
    }

    /// <summary>The most chunks that a rank sends in one operation, by the schedules that the library itself runs.</summary>
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
