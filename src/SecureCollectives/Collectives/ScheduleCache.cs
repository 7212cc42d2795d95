using System.Collections.Concurrent;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// The schedules of a communicator, made once for each call that differs: training repeats the same few calls, and a schedule has no state. A call has one for each channel that it
/// takes, from channel 0 on. Thread-safe.
/// </summary>
/// <param name="rank">This rank.</param>
/// <param name="worldSize">Ranks.</param>
/// <param name="chunkBytes">Bytes of a chunk.</param>
/// <param name="smallBytes">Operations of up to this many bytes go by recursive doubling, larger ones around the ring.</param>
/// <param name="localWorldSize">Ranks of each host, where the ring has two levels; 1 where it has one.</param>
/// <param name="channels">Channels of the communicator.</param>
/// <param name="channelBytes">Bytes for each channel that a call takes.</param>
internal sealed class ScheduleCache(
    int rank, int worldSize, int chunkBytes, int smallBytes, int localWorldSize = 1, int channels = 1, int channelBytes = ChannelSplit.MinBytes)
{
    /// <summary>More different calls than a model has tensors; beyond it all are forgotten, so that calls of ever new lengths cost no memory.</summary>
    private const int MaxSchedules = 4096;

    private readonly ConcurrentDictionary<OperationDescriptor, Schedule[]> _schedules = new();

    public Schedule[] AllReduce(ElementCode element, int elementSize, OperatorCode reduction, long count, ulong detail = 0) =>
        Get(Describe(CollectiveCode.AllReduce, element, elementSize, reduction, count, detail, count * elementSize), elementSize);

    public Schedule[] AllGather(ElementCode element, int elementSize, long count) =>
        Get(Describe(CollectiveCode.AllGather, element, elementSize, OperatorCode.None, count, 0, count * elementSize * worldSize), elementSize);

    public Schedule[] Barrier() =>
        Get(new OperationDescriptor(CollectiveCode.Barrier, ElementCode.None, OperatorCode.None, AlgorithmCode.RecursiveDoubling, 0, 0), 0);

    private TwoLevelShape Shape => new(rank, worldSize, localWorldSize);

    private AlgorithmCode AlgorithmFor(long bytes) =>
        bytes <= smallBytes && smallBytes > 0 ? AlgorithmCode.RecursiveDoubling
        : TwoLevelShape.IsPossible(worldSize, localWorldSize) ? AlgorithmCode.TwoLevelRing
        : AlgorithmCode.Ring;

    private Schedule[] Get(in OperationDescriptor descriptor, int elementSize)
    {
        if (_schedules.TryGetValue(descriptor, out var known))
        {
            return known;
        }

        if (_schedules.Count >= MaxSchedules)
        {
            _schedules.Clear();
        }

        return _schedules.GetOrAdd(descriptor, Create(descriptor, elementSize));
    }

    private OperationDescriptor Describe(
        CollectiveCode collective, ElementCode element, int elementSize, OperatorCode reduction, long count, ulong detail, long bytes) =>
        new(collective, element, reduction, AlgorithmFor(bytes), 0, (ulong)count, element == ElementCode.Opaque ? (uint)elementSize : 0, detail);

    private Schedule[] Create(OperationDescriptor descriptor, int elementSize)
    {
        // What is only moved is cut anywhere.
        var count = (long)descriptor.Count;
        var elements = descriptor.Element == ElementCode.Opaque && descriptor.Operator == OperatorCode.None ? new Elements(count * elementSize, 1) : new Elements(count, elementSize);
        if (worldSize == 1 || descriptor.Algorithm == AlgorithmCode.RecursiveDoubling)
        {
            return [Create(descriptor, elements, elements.Range)];
        }

        var split = new ChannelSplit(elements.Count, elements.Size, descriptor.Collective == CollectiveCode.AllGather ? worldSize : 1, channels, channelBytes);
        return [.. Enumerable.Range(0, split.Channels).Select(channel => Create(descriptor, elements, split.Range(channel)))];
    }

    private Schedule Create(in OperationDescriptor descriptor, Elements elements, ElementRange part) => (descriptor.Collective, descriptor.Algorithm) switch
    {
        (CollectiveCode.AllReduce, AlgorithmCode.RecursiveDoubling) => new DoublingAllReduce(rank, worldSize, descriptor, checked((int)elements.Bytes)),
        (CollectiveCode.AllReduce, AlgorithmCode.TwoLevelRing) => new TwoLevelRingAllReduce(Shape, descriptor, elements, chunkBytes, part: part),
        (CollectiveCode.AllReduce, _) => new RingAllReduce(rank, worldSize, descriptor, elements, chunkBytes, part),
        (CollectiveCode.AllGather, AlgorithmCode.RecursiveDoubling) => new DoublingAllGather(rank, worldSize, descriptor, checked((int)elements.Bytes)),
        (CollectiveCode.AllGather, AlgorithmCode.TwoLevelRing) => new TwoLevelRingAllGather(Shape, descriptor, elements, chunkBytes, part: part),
        (CollectiveCode.AllGather, _) => new RingAllGather(rank, worldSize, descriptor, elements, chunkBytes, part),
        _ => new DoublingBarrier(rank, worldSize, descriptor),
    };
}
