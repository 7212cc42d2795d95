using System.Collections.Concurrent;
using System.Diagnostics;
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

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="reduction">Operator.</param>
    /// <param name="count">Elements of one rank's result.</param>
    /// <param name="detail">What tells operators of one code apart.</param>
    public Schedule[] ReduceScatter(ElementCode element, int elementSize, OperatorCode reduction, long count, ulong detail = 0) =>
        Get(
            new OperationDescriptor(
                CollectiveCode.ReduceScatter, element, reduction, AlgorithmCode.Exchange, 0, (ulong)count, OpaqueBytes(element, elementSize), detail),
            elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements of one rank's input.</param>
    /// <param name="root">Who gets them.</param>
    public Schedule[] Gather(ElementCode element, int elementSize, long count, int root) =>
        Get(DescribeMove(CollectiveCode.Gather, AlgorithmCode.Exchange, element, elementSize, root, count), elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements of one rank's output.</param>
    /// <param name="root">Who has them.</param>
    public Schedule[] Scatter(ElementCode element, int elementSize, long count, int root) =>
        Get(DescribeMove(CollectiveCode.Scatter, AlgorithmCode.Exchange, element, elementSize, root, count), elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements from one rank to another.</param>
    public Schedule[] AllToAll(ElementCode element, int elementSize, long count) =>
        Get(DescribeMove(CollectiveCode.AllToAll, AlgorithmCode.Exchange, element, elementSize, 0, count), elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements of the buffer.</param>
    /// <param name="root">Who has them.</param>
    public Schedule[] Broadcast(ElementCode element, int elementSize, long count, int root) =>
        Get(DescribeMove(CollectiveCode.Broadcast, AlgorithmCode.Chain, element, elementSize, root, count), elementSize);

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
        new(collective, element, reduction, AlgorithmFor(bytes), 0, (ulong)count, OpaqueBytes(element, elementSize), detail);

    private static OperationDescriptor DescribeMove(
        CollectiveCode collective, AlgorithmCode algorithm, ElementCode element, int elementSize, int root, long count) =>
        new(collective, element, OperatorCode.None, algorithm, (uint)root, (ulong)count, OpaqueBytes(element, elementSize));

    private static uint OpaqueBytes(ElementCode element, int elementSize) => element == ElementCode.Opaque ? (uint)elementSize : 0;

    private Schedule[] Create(OperationDescriptor descriptor, int elementSize)
    {
        // What is only moved is cut anywhere.
        var count = (long)descriptor.Count;
        var elements = descriptor.Element == ElementCode.Opaque && descriptor.Operator == OperatorCode.None ? new Elements(count * elementSize, 1) : new Elements(count, elementSize);
        if (worldSize == 1 || descriptor.Algorithm is AlgorithmCode.RecursiveDoubling or AlgorithmCode.Exchange)
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
        (CollectiveCode.Broadcast, _) => new ChainBroadcast(rank, worldSize, descriptor, elements.Size, chunkBytes, part),
        (CollectiveCode.Barrier, _) => new DoublingBarrier(rank, worldSize, descriptor),
        _ => CreateExchange(descriptor, elements),
    };

    private ExchangeSchedule CreateExchange(in OperationDescriptor descriptor, Elements elements)
    {
        var (count, root) = (elements.Count, (int)descriptor.Root);
        Block whole = new(0, count);
        return descriptor.Collective switch
        {
            CollectiveCode.ReduceScatter => Exchange(descriptor, elements.Size, PartOf, _ => whole, reduces: true),
            CollectiveCode.Gather => Exchange(descriptor, elements.Size, peer => peer == root ? whole : null, peer => rank == root ? PartOf(peer) : null),
            CollectiveCode.Scatter => Exchange(descriptor, elements.Size, peer => rank == root ? PartOf(peer) : null, peer => peer == root ? whole : null),
            CollectiveCode.AllToAll => Exchange(descriptor, elements.Size, PartOf, PartOf),
            _ => throw new UnreachableException($"No schedule for {descriptor}."),
        };

        Block? PartOf(int peer) => new Block(peer * count, count);
    }

    private ExchangeSchedule Exchange(in OperationDescriptor descriptor, int elementSize, Func<int, Block?> sends, Func<int, Block?> receives, bool reduces = false) =>
        new(rank, worldSize, descriptor, elementSize, chunkBytes, sends, receives, reduces);
}
