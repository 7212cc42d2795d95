using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Results;

/// <summary>One row of the report: a variant of a collective at one size. Its JSON form is schema 1.</summary>
/// <param name="Collective">The collective's name.</param>
/// <param name="Transport">The transport's name.</param>
/// <param name="Congestion">What chose the connections' congestion control; null if the transport offers no choice.</param>
/// <param name="Setting">The setting of the communicator that differs from the defaults, or null.</param>
/// <param name="Protection">The protection's name.</param>
/// <param name="Suite">The suite's name; null if the protection offers no choice.</param>
/// <param name="Engine">The implementation of the cipher.</param>
/// <param name="WorldSize">The number of ranks.</param>
/// <param name="Bytes">The size of the whole buffer: AllReduce's input, AllGather's output.</param>
/// <param name="Type">The type of the elements.</param>
/// <param name="Op">The operator, or "none".</param>
/// <param name="Rounds">The number of rounds that the figures are based on.</param>
/// <param name="TimeUs">Microseconds per operation.</param>
/// <param name="AlgbwGBps">Bytes divided by the median time, in 10^9 bytes per second.</param>
/// <param name="BusbwGBps">The rate at which each worker's link carries bytes in each direction, in 10^9 bytes per second.</param>
/// <param name="Wrong">Wrong elements in the last timed result, over all ranks.</param>
/// <param name="CpuSecondsPerGB">Processor seconds of all ranks per 10^9 bytes of the buffer.</param>
/// <param name="PollSecondsPerGB">The part of these seconds in which the loops made no progress.</param>
/// <param name="WireBytesPerUsefulByte">Bytes that left the workers' network stacks, divided by the bytes that a ring has to move; null in
/// a world of one.</param>
/// <param name="PenaltyPercent">The overhead.</param>
/// <param name="SamplesUs">Microseconds per operation in each batch, in the order in which they ran.</param>
internal sealed record ResultRow(
    string Collective,
    string Transport,
    string? Congestion,
    string? Setting,
    string Protection,
    string? Suite,
    string Engine,
    int WorldSize,
    long Bytes,
    string Type,
    string Op,
    int Rounds,
    TimeSummary TimeUs,
    double AlgbwGBps,
    double BusbwGBps,
    long Wrong,
    double CpuSecondsPerGB,
    double PollSecondsPerGB,
    double? WireBytesPerUsefulByte,
    Overhead PenaltyPercent,
    double[] SamplesUs)
{
    /// <summary>The medium that was actually used: memory, tcp (also under gRPC), or memory+tcp.</summary>
    public string Medium { get; init; } = Names.Tcp;

    /// <summary>Rounds left out because the machine's two processors were far apart.</summary>
    public int LeftOutRounds { get; init; }

    /// <summary>
    /// The round trip of a cache line between the two processors, in nanoseconds: for each sample, the larger of the values before and
    /// after it. Null if it was not probed.
    /// </summary>
    public IReadOnlyList<double?> SamplesCoresNs { get; init; } = [];
}
