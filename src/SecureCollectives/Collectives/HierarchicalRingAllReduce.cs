using SecureCollectives.Framing;

namespace SecureCollectives.Collectives;

/// <summary>
/// AllReduce around two rings, in three stages: reduce-scatter around the local ring, after which each rank has its host's sum of one local
/// shard; ring AllReduce of that shard between the ranks with the same local rank on all hosts; all-gather around the local ring. The
/// stages run concurrently, chunk by chunk: a stage continues with a chunk as soon as the previous stage has completed it.
/// </summary>
/// <remarks>
/// <para>A window is divided into N shards, as for the ring. With H hosts of L ranks, local shard i consists of shards i H to i H + H - 1;
/// the k-th of these is called shard k below. In the local ring, rank l sends local shard l - s at reduce-scatter step s and receives local
/// shard l - s - 1; after step L - 2 it has its host's sum of local shard l + 1. Between hosts, this local shard goes around as in the
/// ring: host h sends shard h - s at step s. In the local all-gather, rank l sends local shard l + 1 - s at step s. Hosts and local ranks
/// are counted modulo H and L.</para>
/// <para>No receive overwrites bytes that are yet to be sent. Everything that a rank sends before the last reduction is an operand of the
/// final value, so the final value can arrive only after the neighbour has applied the operand.</para>
/// </remarks>
internal sealed partial class HierarchicalRingAllReduce : HierarchicalSchedule
{
    private readonly RingPartition _between;
    private readonly LocalBlocks _blocks;

    /// <summary>The number of rounds of the local ring in the longest window, which is the first step number between hosts.</summary>
    private readonly long _localRounds;

    /// <summary>
    /// The number of steps from one window to the next: while a window goes between hosts, the previous window is gathered.
    /// </summary>
    private readonly long _stepsPerWindow;

    /// <param name="shape">This rank's place in the local ring and in the ring between hosts.</param>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="elements">The number and size of the buffer's elements.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="sliceBytes">The maximum length of a window's shard in bytes, rounded down to whole elements; tests lower it.</param>
    /// <param name="part">The elements that this schedule moves: one channel's. Null for all.</param>
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
