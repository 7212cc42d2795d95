using System.Collections.Concurrent;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// The schedules of a communicator, made once for each call that differs: training repeats the same few calls, and a schedule has no state.
/// A call has one for each channel that it takes, from channel 0 on. Thread-safe.
/// </summary>
/// <param name="rank">This rank.</param>
/// <param name="worldSize">Ranks.</param>
/// <param name="chunkBytes">Bytes of a chunk.</param>
/// <param name="smallBytes">Operations of up to this many bytes go by messages, in few steps; larger ones in chunks.</param>
/// <param name="localWorldSize">Ranks of each host, where the ring is hierarchical; 1 where it has one.</param>
/// <param name="channels">Channels of the communicator.</param>
/// <param name="channelBytes">Bytes for each channel that a call takes.</param>
/// <param name="members">The job's rank of each, where the communicator is of some of the job's ranks; null where it is of all.</param>
internal sealed class ScheduleCache(
    int rank, int worldSize, int chunkBytes, int smallBytes, int localWorldSize = 1, int channels = 1,
        int channelBytes = ChannelSplit.MinBytes, int[]? members = null)
{
    /// <summary>
    /// More different calls than a model has tensors; beyond it all are forgotten, so that calls of ever new lengths cost no memory.
    /// </summary>
    private const int MaxSchedules = 4096;

    private readonly ConcurrentDictionary<(OperationDescriptor Call, int Segment), Schedule[]> _schedules = new();
    private readonly ScheduleFactory _factory = new(rank, worldSize, chunkBytes, localWorldSize, channels, channelBytes, members);

    public Schedule[] AllReduce(ElementCode element, int elementSize, OperatorCode reduction, long count, ulong detail = 0) => Get(
        Describe(CollectiveCode.AllReduce, RingFor(count * elementSize), element, elementSize, count) with
        {
            Operator = reduction,
            Detail = detail
        }, elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements of one rank's input.</param>
    public Schedule[] AllGather(ElementCode element, int elementSize, long count) =>
        Get(Describe(CollectiveCode.AllGather, RingFor(count * elementSize * worldSize), element, elementSize, count), elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="reduction">Operator.</param>
    /// <param name="count">Elements of one rank's result.</param>
    /// <param name="detail">What tells operators of one code apart.</param>
    public Schedule[] ReduceScatter(ElementCode element, int elementSize, OperatorCode reduction, long count, ulong detail = 0) => Get(
        Describe(CollectiveCode.ReduceScatter, ReductionToPartsFor(count * elementSize * worldSize), element, elementSize,
            count) with
        { Operator = reduction, Detail = detail }, elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements of one rank's input.</param>
    /// <param name="root">Who gets them.</param>
    public Schedule[] Gather(ElementCode element, int elementSize, long count, int root) =>
        Get(Describe(CollectiveCode.Gather, ExchangeFor(count * elementSize * worldSize), element, elementSize,
            count) with
        { Root = (uint)root }, elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements of one rank's output.</param>
    /// <param name="root">Who has them.</param>
    public Schedule[] Scatter(ElementCode element, int elementSize, long count, int root) =>
        Get(Describe(CollectiveCode.Scatter, ExchangeFor(count * elementSize * worldSize), element, elementSize,
            count) with
        { Root = (uint)root }, elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements from one rank to another.</param>
    public Schedule[] AllToAll(ElementCode element, int elementSize, long count) =>
        Get(Describe(CollectiveCode.AllToAll, ExchangeFor(count * elementSize * worldSize), element, elementSize, count), elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="count">Elements of the buffer.</param>
    /// <param name="root">Who has them.</param>
    /// <param name="detail">What tells calls of one length apart.</param>
    public Schedule[] Broadcast(ElementCode element, int elementSize, long count, int root, ulong detail = 0) =>
        Get(Describe(CollectiveCode.Broadcast, ChainFor(count * elementSize), element, elementSize, count) with
        {
            Root = (uint)root,
            Detail = detail
        }, elementSize);

    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="reduction">Operator.</param>
    /// <param name="count">Elements of the buffer.</param>
    /// <param name="root">Who gets the result.</param>
    /// <param name="segment">Which segment of the buffer: each is an operation.</param>
    /// <param name="detail">What tells operators of one code apart.</param>
    public Schedule[] Reduce(ElementCode element, int elementSize, OperatorCode reduction, long count, int root, int segment = 0,
        ulong detail = 0) => Get(
        Describe(CollectiveCode.Reduce, ChainFor(count * elementSize), element, elementSize, count) with
        {
            Operator = reduction,
            Root = (uint)root,
            Detail = detail
        },
        elementSize,
        segment);

    /// <summary>The segments of a Reduce.</summary>
    public int SegmentsOfReduce(Elements elements) => IsSmall(elements.Bytes) ? 1 : ReduceSegments.Count(elements);

    /// <summary>A call whose blocks are not equally long, which is made anew each time.</summary>
    /// <param name="descriptor">The call, but for what follows from the type.</param>
    /// <param name="element">Type of the elements.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="sends">For each rank what of the input it is sent; null where it is sent nothing.</param>
    /// <param name="receives">For each rank where in the output its block goes; null where it sends nothing.</param>
    public Schedule[] Unequal(OperationDescriptor descriptor, ElementCode element, int elementSize, Func<int, Block?> sends,
        Func<int, Block?> receives) => _factory.CreateUnequal(
        descriptor with { Element = element, Algorithm = AlgorithmCode.Exchange, ElementBytes = OpaqueBytes(element, elementSize) },
            elementSize, sends, receives);

    public Schedule[] Barrier() =>
        Get(new OperationDescriptor(CollectiveCode.Barrier, ElementCode.None, OperatorCode.None, AlgorithmCode.RecursiveDoubling, 0, 0), 0);

    private bool IsHierarchical => HierarchicalShape.IsPossible(worldSize, localWorldSize);

    private bool IsSmall(long bytes) => bytes <= smallBytes && smallBytes > 0;

    private AlgorithmCode RingFor(long bytes) =>
        IsSmall(bytes) ? AlgorithmCode.RecursiveDoubling
        : IsHierarchical ? AlgorithmCode.HierarchicalRing
        : AlgorithmCode.Ring;

    private AlgorithmCode ExchangeFor(long bytes) => IsSmall(bytes) ? AlgorithmCode.MessageExchange : AlgorithmCode.Exchange;

    /// <summary>
    /// An exchange moves the least, and from each rank to each other: where several share a host's network, a ring moves less through that.
    /// </summary>
    private AlgorithmCode ReductionToPartsFor(long bytes) =>
        !IsSmall(bytes) && IsHierarchical ? AlgorithmCode.Ring : ExchangeFor(bytes);

    private AlgorithmCode ChainFor(long bytes) => IsSmall(bytes) ? AlgorithmCode.Tree : AlgorithmCode.Chain;

    private Schedule[] Get(in OperationDescriptor descriptor, int elementSize, int segment = 0)
    {
        if (_schedules.TryGetValue((descriptor, segment), out var known))
        {
            return known;
        }

        if (_schedules.Count >= MaxSchedules)
        {
            _schedules.Clear();
        }

        return _schedules.GetOrAdd((descriptor, segment), _factory.Create(descriptor, elementSize, segment));
    }

    /// <exception cref="ArgumentException">The call's buffers have too many bytes, on whichever rank.</exception>
    private OperationDescriptor Describe(
        CollectiveCode collective, AlgorithmCode algorithm, ElementCode element, int elementSize, long count)
    {
        BufferChecks.Bytes(count * elementSize * (ScheduleFactory.IsOfBlocks(collective) ? worldSize : 1));
        return new OperationDescriptor(
            collective, element, OperatorCode.None, algorithm, 0, (ulong)count, OpaqueBytes(element, elementSize));
    }

    private static uint OpaqueBytes(ElementCode element, int elementSize) => element == ElementCode.Opaque ? (uint)elementSize : 0;
}
