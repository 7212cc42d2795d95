using SecureCollectives.Framing;

namespace SecureCollectives.Collectives;

/// <summary>
/// AllReduce by two rings: reduce-scatter around the local ring, after which each rank has the sum over its host of one local shard; ring
/// AllReduce of that with the ranks of the same place on all hosts; all-gather around the local ring. All three run at the same time, the
/// next where the one before has come, chunk by chunk.
/// </summary>
/// <remarks>
/// <para>A window is cut into N shards as for the ring; with H hosts of L ranks, local shard i is shards i H to i H + H - 1, and of these
/// shard k is the k-th. In the local ring rank l sends local shard l - s at reduce-scatter step s and receives l - s - 1; after step L - 2
/// it has all of its host in local shard l + 1. Between hosts that goes as around the ring: host h sends the k-th shard, k = h - s, at step
/// s. In the local all-gather rank l sends local shard l + 1 - s at step s. Hosts and local ranks are counted around their rings.</para>
/// <para>No receive overwrites what is still to be sent: what a rank sends before the last reduction is a part of it, and the final value
/// that takes its place can only arrive after the neighbour has applied it.</para>
/// </remarks>
internal sealed partial class HierarchicalRingAllReduce : HierarchicalSchedule
{
    private readonly RingPartition _between;
    private readonly LocalBlocks _blocks;

    /// <summary>Rounds of the local ring in the longest window: between hosts steps are numbered from here on.</summary>
    private readonly long _localRounds;

    /// <summary>Steps from one window to the next: while a window goes between hosts, the one before is gathered.</summary>
    private readonly long _stepsPerWindow;

    /// <param name="shape">Where this rank stands.</param>
    /// <param name="descriptor">The call.</param>
    /// <param name="elements">Of the buffer.</param>
    /// <param name="chunkBytes">Bytes of a chunk.</param>
    /// <param name="sliceBytes">Bytes of a shard in a full window.</param>
    /// <param name="part">The elements that this schedule is for, which is a channel's; null for all.</param>
    public HierarchicalRingAllReduce(
        HierarchicalShape shape, OperationDescriptor descriptor, Elements elements, int chunkBytes,
            int sliceBytes = RingPartition.SliceBytes,
            ElementRange? part = null)
        : this(
            shape,
            descriptor,
            new RingPartition(part ?? elements.Range, elements.Size, shape.Hosts * shape.LocalWorldSize, 2 * (shape.Hosts - 1), chunkBytes,
                sliceBytes))
    {
    }

    private HierarchicalRingAllReduce(HierarchicalShape shape, OperationDescriptor descriptor, RingPartition between)
        : this(
            shape,
            descriptor,
            between,
            between.Windows == 0
                ? default : new LocalBlocks(
                    between.Windows, RoundsOf(0, shape, between).Places, RoundsOf(between.Windows - 1, shape, between).Places))
    {
    }

    private HierarchicalRingAllReduce(HierarchicalShape shape, OperationDescriptor descriptor, RingPartition between, LocalBlocks blocks)
        : base(shape, descriptor, blocks.Places, between.Transfers)
    {
        _between = between;
        _blocks = blocks;
        _localRounds = between.Windows == 0 ? 0 : RoundsOf(0, shape, between).Count;
        _stepsPerWindow = _localRounds + Math.Max(_localRounds, 2 * (shape.Hosts - 1));
    }

    private static LocalRounds RoundsOf(long window, HierarchicalShape shape, in RingPartition between) =>
        new(UnitsOf(window, shape, between).Count, shape.LocalWorldSize - 1);

    private static LocalUnits UnitsOf(long window, HierarchicalShape shape, in RingPartition between) =>
        new(shape.Host, shape.Hosts, between.ChunksPerShard(window), Math.Clamp(between.ShardsPerChunk(window), 1, shape.Hosts));

    private LocalRounds RoundsOf(long window) => RoundsOf(window, Shape, _between);

    private LocalUnits UnitsOf(long window) => UnitsOf(window, Shape, _between);

    private static FramePhase Phase(bool gathers) => gathers ? FramePhase.AllGather : FramePhase.ReduceScatter;
}
