using System.Collections.Concurrent;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// The schedules of a communicator, created once for each distinct call: training repeats the same few calls, and a schedule has no state.
/// A call has one schedule for each channel that it uses, from channel 0 on. Thread-safe.
/// </summary>
/// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
/// <param name="worldSize">The number of ranks in the communicator.</param>
/// <param name="chunkBytes">The maximum number of bytes per chunk.</param>
/// <param name="smallBytes">Operations of up to this many bytes are sent as messages, in few steps; larger ones in chunks.</param>
/// <param name="localWorldSize">The number of ranks per host of a hierarchical ring; 1 for a single ring.</param>
/// <param name="channels">The number of channels of the communicator.</param>
/// <param name="channelBytes">The minimum number of bytes of the buffer (or of the whole result) per channel.</param>
/// <param name="members">
/// The job rank of each of the communicator's ranks if it has only some of the job's ranks; null if it has all.
/// </param>
internal sealed class ScheduleCache(
    int rank, int worldSize, int chunkBytes, int smallBytes, int localWorldSize = 1, int channels = 1,
        int channelBytes = ChannelSplit.MinBytes, int[]? members = null)
{
    /// <summary>
    /// More distinct calls than a model has tensors. When this number is reached, the cache is cleared, so that calls with ever-changing
    /// lengths do not make it grow forever.
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

    /// <param name="element">The type of the elements.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="count">The number of elements in one rank's input.</param>
    public Schedule[] AllGather(ElementCode element, int elementSize, long count) =>
        Get(Describe(CollectiveCode.AllGather, RingFor(count * elementSize * worldSize), element, elementSize, count), elementSize);

    /// <param name="element">The type of the elements.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="reduction">The code of the reduction operator.</param>
    /// <param name="count">The number of elements in one rank's result.</param>
    /// <param name="detail">Distinguishes operators with the same code.</param>
    public Schedule[] ReduceScatter(ElementCode element, int elementSize, OperatorCode reduction, long count, ulong detail = 0) => Get(
        Describe(CollectiveCode.ReduceScatter, ReductionToPartsFor(count * elementSize * worldSize), element, elementSize,
            count) with
        { Operator = reduction, Detail = detail }, elementSize);

    /// <param name="element">The type of the elements.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="count">The number of elements in one rank's input.</param>
    /// <param name="root">The rank that receives the blocks, 0 to the world size - 1.</param>
    public Schedule[] Gather(ElementCode element, int elementSize, long count, int root) =>
        Get(Describe(CollectiveCode.Gather, ExchangeFor(count * elementSize * worldSize), element, elementSize,
            count) with
        { Root = (uint)root }, elementSize);

    /// <param name="element">The type of the elements.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="count">The number of elements in one rank's output.</param>
    /// <param name="root">The rank that sends the blocks, 0 to the world size - 1.</param>
    public Schedule[] Scatter(ElementCode element, int elementSize, long count, int root) =>
        Get(Describe(CollectiveCode.Scatter, ExchangeFor(count * elementSize * worldSize), element, elementSize,
            count) with
        { Root = (uint)root }, elementSize);

    /// <param name="element">The type of the elements.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="count">The number of elements that each rank sends to each other rank.</param>
    public Schedule[] AllToAll(ElementCode element, int elementSize, long count) =>
        Get(Describe(CollectiveCode.AllToAll, ExchangeFor(count * elementSize * worldSize), element, elementSize, count), elementSize);

    /// <param name="element">The type of the elements.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="count">The number of elements in the buffer.</param>
    /// <param name="root">The rank whose elements are copied, 0 to the world size - 1.</param>
    /// <param name="detail">Distinguishes calls of the same length.</param>
    public Schedule[] Broadcast(ElementCode element, int elementSize, long count, int root, ulong detail = 0) =>
        Get(Describe(CollectiveCode.Broadcast, ChainFor(count * elementSize), element, elementSize, count) with
        {
            Root = (uint)root,
            Detail = detail
        }, elementSize);

    /// <param name="element">The type of the elements.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="reduction">The code of the reduction operator.</param>
    /// <param name="count">The number of elements in the buffer.</param>
    /// <param name="root">The rank that receives the result, 0 to the world size - 1.</param>
    /// <param name="segment">The segment of the buffer, from 0; each is an operation.</param>
    /// <param name="detail">Distinguishes operators with the same code.</param>
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

    /// <summary>Returns the number of segments in a Reduce.</summary>
    public int SegmentsOfReduce(Elements elements) => IsSmall(elements.Bytes) ? 1 : ReduceSegments.Count(elements);

    /// <summary>Creates the schedules of a call with blocks of different lengths. These are not cached.</summary>
    /// <param name="descriptor">Describes the call, without the fields that depend on the element type.</param>
    /// <param name="element">The type of the elements.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="sends">Returns the block of the input that is sent to a rank; null if nothing is sent to it.</param>
    /// <param name="receives">Returns the place in the output of a rank's block; null if that rank sends nothing.</param>
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
    /// Returns the algorithm for ReduceScatter. An exchange moves the least data, but directly between all ranks; if several ranks share a
    /// host's network interface, a ring moves less through it.
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

    /// <exception cref="ArgumentException">A buffer of the call is too long, on this rank or on another.</exception>
    private OperationDescriptor Describe(
        CollectiveCode collective, AlgorithmCode algorithm, ElementCode element, int elementSize, long count)
    {
        BufferChecks.Bytes(count * elementSize * (ScheduleFactory.IsOfBlocks(collective) ? worldSize : 1));
        return new OperationDescriptor(
            collective, element, OperatorCode.None, algorithm, 0, (ulong)count, OpaqueBytes(element, elementSize));
    }

    private static uint OpaqueBytes(ElementCode element, int elementSize) => element == ElementCode.Opaque ? (uint)elementSize : 0;
}
