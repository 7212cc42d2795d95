using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>Creates the schedules of a communicator's calls: one for each channel that a call uses, from channel 0 on.</summary>
/// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
/// <param name="worldSize">The number of ranks in the communicator.</param>
/// <param name="chunkBytes">The maximum number of bytes per chunk.</param>
/// <param name="localWorldSize">The number of ranks per host of a hierarchical ring; 1 for a single ring.</param>
/// <param name="channels">The number of channels of the communicator.</param>
/// <param name="channelBytes">The minimum number of bytes of the buffer (or of the whole result) per channel.</param>
/// <param name="members">
/// The job rank of each of the communicator's ranks if it has only some of the job's ranks; null if it has all.
/// </param>
internal sealed class ScheduleFactory(
    int rank, int worldSize, int chunkBytes, int localWorldSize, int channels, int channelBytes, int[]? members = null)
{
    private HierarchicalShape Shape => new(rank, worldSize, localWorldSize);

    /// <summary>Returns the units into which a call is divided.</summary>
    public static Elements ElementsOf(in OperationDescriptor descriptor, int elementSize)
    {
        // Opaque elements that are only moved can be split at any byte.
        var count = (long)descriptor.Count;
        return descriptor is { Element: ElementCode.Opaque, Operator: OperatorCode.None }
            ? new Elements(count * elementSize, 1) : new Elements(count, elementSize);
    }

    /// <summary>Returns whether a call's count is the length of one rank's block, with one block per rank.</summary>
    public static bool IsOfBlocks(CollectiveCode collective) =>
        collective is not (CollectiveCode.AllReduce or CollectiveCode.Broadcast or CollectiveCode.Reduce);

    /// <summary>Creates the schedules of a call whose blocks have equal lengths.</summary>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="segment">The segment of a Reduce along a chain; 0 for other calls.</param>
    public Schedule[] Create(OperationDescriptor descriptor, int elementSize, int segment)
    {
        var elements = ElementsOf(descriptor, elementSize);
        var range = descriptor is { Collective: CollectiveCode.Reduce, Algorithm: AlgorithmCode.Chain }
            ? ReduceSegments.Range(elements, segment) : elements.Range;
        if (worldSize == 1
            || descriptor.Algorithm is AlgorithmCode.RecursiveDoubling or AlgorithmCode.MessageExchange or AlgorithmCode.Tree)
        {
            return [OfMembers(Create(descriptor, elements, range, range.Start))];
        }

        var split = new ChannelSplit(range.Count, elements.Size, IsOfBlocks(descriptor.Collective) ? worldSize : 1, channels, channelBytes);
        return [.. Enumerable.Range(0,
            split.Channels).Select(channel =>
                OfMembers(Create(descriptor, elements, split.Range(channel).From(range.Start),
                    range.Start + split.Range(channel).Start - PlaceOf(channel))))];

        // Channels progress independently, so in the scratch memory of a Reduce each keeps the same place, whatever the length of its
        // segment.
        long PlaceOf(int channel) => segment == 0
            ? split.Range(channel).Start
            : new ChannelSplit(ReduceSegments.Range(elements, 0).Count, elements.Size, 1, channels, channelBytes).Range(channel).Start;
    }

    /// <summary>Creates the schedules of an exchange whose blocks can have different lengths.</summary>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="sends">Returns the block of the input, in elements, that is sent to a rank; null if nothing is sent to it.</param>
    /// <param name="receives">Returns the place in the output of a rank's block; null if that rank sends nothing.</param>
    public Schedule[] CreateUnequal(in OperationDescriptor descriptor, int elementSize, Func<int, Block?> sends, Func<int, Block?> receives)
    {
        var size = ElementsOf(descriptor, elementSize).Size;
        var times = elementSize / size;
        var exchange = new ExchangeSchedule(rank, worldSize, descriptor, size, chunkBytes, Cut(sends), Cut(receives));
        return
        [
            OfMembers(descriptor.Collective is CollectiveCode.AllGatherV or CollectiveCode.ReduceScatterV
                ? exchange : new PairwiseExchange(exchange, Counts(sends), Counts(receives))),
        ];

        ulong[] Counts(Func<int, Block?> blocks) => [.. Enumerable.Range(0, worldSize).Select(peer => (ulong)(blocks(peer)?.Count ?? 0))];

        Func<int, Block?> Cut(Func<int, Block?> blocks) =>
            peer => blocks(peer) is { } block ? new Block(block.Start * times, block.Count * times) : null;
    }

    private Schedule OfMembers(Schedule schedule) => members is null ? schedule : new MemberSchedule(schedule, members);

    private Schedule Create(in OperationDescriptor descriptor, Elements elements, ElementRange part, long segmentStart) =>
        (descriptor.Collective, descriptor.Algorithm) switch
        {
            (CollectiveCode.AllReduce, AlgorithmCode.RecursiveDoubling) =>
                new DoublingAllReduce(rank, worldSize, descriptor, checked((int)elements.Bytes)),
            (CollectiveCode.AllReduce, AlgorithmCode.HierarchicalRing) =>
                new HierarchicalRingAllReduce(Shape, descriptor, elements, chunkBytes, part: part),
            (CollectiveCode.AllReduce, _) => new RingAllReduce(rank, worldSize, descriptor, elements, chunkBytes, part),
            (CollectiveCode.AllGather, AlgorithmCode.RecursiveDoubling) =>
                new DoublingAllGather(rank, worldSize, descriptor, checked((int)elements.Bytes)),
            (CollectiveCode.AllGather, AlgorithmCode.HierarchicalRing) =>
                new HierarchicalRingAllGather(Shape, descriptor, elements, chunkBytes, part: part),
            (CollectiveCode.AllGather, _) => new RingAllGather(rank, worldSize, descriptor, elements, chunkBytes, part),
            (CollectiveCode.ReduceScatter, AlgorithmCode.Ring) =>
                new RingReduceScatter(rank, worldSize, descriptor, elements, chunkBytes, part),
            (CollectiveCode.Broadcast, AlgorithmCode.Tree) => new TreeBroadcast(rank, worldSize, descriptor, checked((int)elements.Bytes)),
            (CollectiveCode.Broadcast, _) => new ChainBroadcast(rank, worldSize, descriptor, elements.Size, chunkBytes, part),
            (CollectiveCode.Reduce, AlgorithmCode.Tree) => new TreeReduce(rank, worldSize, descriptor, checked((int)elements.Bytes)),
            (CollectiveCode.Reduce, _) => new ChainReduce(rank, worldSize, descriptor, elements.Size, chunkBytes, part, segmentStart),
            (CollectiveCode.Barrier, _) => new DoublingBarrier(rank, worldSize, descriptor),
            _ => CreateExchange(descriptor, elements, part),
        };

    private ExchangeSchedule CreateExchange(in OperationDescriptor descriptor, Elements elements, ElementRange part)
    {
        var (count, root) = (elements.Count, (int)descriptor.Root);
        Block whole = new(part.Start, part.Count);
        var (sends, receives) = descriptor.Collective switch
        {
            CollectiveCode.ReduceScatter => ((Func<int, Block?>)PartOf, (Func<int, Block?>)(_ => whole)),
            CollectiveCode.Gather => (peer => peer == root ? whole : null, peer => rank == root ? PartOf(peer) : null),
            CollectiveCode.Scatter => (peer => rank == root ? PartOf(peer) : null, peer => peer == root ? whole : null),
            CollectiveCode.AllToAll => (PartOf, PartOf),
            _ => throw new UnreachableException($"No schedule for {descriptor}."),
        };
        return new ExchangeSchedule(rank, worldSize, descriptor, elements.Size, chunkBytes, sends, receives);

        Block? PartOf(int peer) => new Block((peer * count) + part.Start, part.Count);
    }
}
