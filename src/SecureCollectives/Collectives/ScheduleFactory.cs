using System.Diagnostics;
using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>Makes the schedules of a communicator's calls: one for each channel that a call takes, from channel 0 on.</summary>
/// <param name="rank">This rank.</param>
/// <param name="worldSize">Ranks.</param>
/// <param name="chunkBytes">Bytes of a chunk.</param>
/// <param name="localWorldSize">Ranks of each host, where the ring is hierarchical; 1 where it has one.</param>
/// <param name="channels">Channels of the communicator.</param>
/// <param name="channelBytes">Bytes for each channel that a call takes.</param>
/// <param name="members">The job's rank of each, where the communicator is of some of the job's ranks; null where it is of all.</param>
internal sealed class ScheduleFactory(
    int rank, int worldSize, int chunkBytes, int localWorldSize, int channels, int channelBytes, int[]? members = null)
{
    private HierarchicalShape Shape => new(rank, worldSize, localWorldSize);

    /// <summary>What a call's elements are cut into.</summary>
    public static Elements ElementsOf(in OperationDescriptor descriptor, int elementSize)
    {
        // What is only moved is cut anywhere.
        var count = (long)descriptor.Count;
        return descriptor is { Element: ElementCode.Opaque, Operator: OperatorCode.None }
            ? new Elements(count * elementSize, 1) : new Elements(count, elementSize);
    }

    /// <summary>Whether a call's count is of one rank's block, of which there is one for each.</summary>
    public static bool IsOfBlocks(CollectiveCode collective) =>
        collective is not (CollectiveCode.AllReduce or CollectiveCode.Broadcast or CollectiveCode.Reduce);

    /// <param name="descriptor">The call; none of those with unequal blocks.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="segment">Which segment, of a Reduce along a chain; 0 for others.</param>
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

        // Channels are not in step: in the scratch of a Reduce each has one place, whatever the length of the segment that it is at.
        long PlaceOf(int channel) => segment == 0
            ? split.Range(channel).Start
            : new ChannelSplit(ReduceSegments.Range(elements, 0).Count, elements.Size, 1, channels, channelBytes).Range(channel).Start;
    }

    /// <summary>An exchange of blocks that need not be equally long.</summary>
    /// <param name="descriptor">The call.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="sends">For each rank what of the input it is sent, in elements; null where it is sent nothing.</param>
    /// <param name="receives">For each rank where in the output its block goes; null where it sends nothing.</param>
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
