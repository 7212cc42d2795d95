using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Statistics;

namespace SecureCollectives.Bench.Results;

/// <summary>One row of the report: a variant of a collective at a size. Its JSON form is schema 1.</summary>
/// <param name="Collective">By its name.</param>
/// <param name="Transport">By its name.</param>
/// <param name="Congestion">What chose the connections' congestion control, or null where the transport has no choice.</param>
/// <param name="Setting">What of the communicator differs from the defaults, or null.</param>
/// <param name="Protection">By its name.</param>
/// <param name="Suite">By its name, or null where the protection has no choice.</param>
/// <param name="Engine">What does the cipher's work.</param>
/// <param name="WorldSize">Ranks.</param>
/// <param name="Bytes">Of the whole buffer: AllReduce's input, AllGather's output.</param>
/// <param name="Type">Of the elements.</param>
/// <param name="Op">The operator, or "none".</param>
/// <param name="Rounds">How many rounds the figures are of.</param>
/// <param name="TimeUs">Of one operation.</param>
/// <param name="AlgbwGBps">Bytes by the median time, in 10^9 bytes a second.</param>
/// <param name="BusbwGBps">What each worker's link carries in each direction meanwhile.</param>
/// <param name="Wrong">Elements of the last timed result that are not what they should be, over all ranks.</param>
/// <param name="CpuSecondsPerGB">Processor seconds of all ranks for 10^9 bytes of the buffer.</param>
/// <param name="PollSecondsPerGB">Those of them in which the loops made no progress.</param>
/// <param name="WireBytesPerUsefulByte">Bytes that left the workers' network stacks by those that a ring has to move; null in a world of
/// one.</param>
/// <param name="PenaltyPercent">The overhead.</param>
/// <param name="SamplesUs">Time of an operation in each batch, in the order in which they ran.</param>
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
    /// <summary>Where the bytes really went: memory, tcp (under gRPC too), or memory+tcp.</summary>
    public string Medium { get; init; } = Names.Tcp;

    /// <summary>Rounds that do not count, since the machine's two processors were far from each other.</summary>
    public int LeftOutRounds { get; init; }

    /// <summary>
    /// Nanoseconds of a cache line's round trip between those two, for each sample the greater of before and after; nulls where that was
    /// not probed.
    /// </summary>
    public IReadOnlyList<double?> SamplesCoresNs { get; init; } = [];
}
