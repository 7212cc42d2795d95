using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Ring AllReduce: N - 1 steps of reduce-scatter, then N - 1 steps of all-gather, window by window. Each rank sends and receives 2 (N - 1)
/// / N of the buffer, which is the minimum.
/// </summary>
/// <remarks>
/// With N ranks, rank r sends shard r - s at reduce-scatter step s and receives shard r - s - 1, which it reduces with its own input. After
/// step N - 2 it holds the final shard r + 1. At all-gather step s it sends shard r + 1 - s and receives shard r - s. Shards are counted
/// modulo N. The first step sends from the caller's input, all others from the output. After Patarasuk and Yuan, "Bandwidth optimal
/// all-reduce algorithms for clusters of workstations" (2009).
/// </remarks>
internal sealed class RingAllReduce : RingSchedule
{
    private readonly RingPartition _partition;
    private readonly long _bytes;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="elements">The number and size of the buffer's elements.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="part">The elements that this schedule moves: one channel's. Null for all.</param>
    public RingAllReduce(int rank, int worldSize, OperationDescriptor descriptor, Elements elements, int chunkBytes,
        ElementRange? part = null)
        : this(rank, worldSize, descriptor, new RingPartition(
            part ?? elements.Range, elements.Size, worldSize, 2 * (worldSize - 1), chunkBytes)) =>
        _bytes = elements.Bytes;

    private RingAllReduce(int rank, int worldSize, OperationDescriptor descriptor, RingPartition partition)
        : base(rank, worldSize, descriptor, partition.Transfers) =>
        _partition = partition;

    /// <summary>With a single rank, the input is the result.</summary>
    public override LocalCopy? Local => WorldSize == 1 ? new LocalCopy(0, 0, _bytes) : null;

    public override SendTransfer GetSend(int flow, long position)
    {
        var at = _partition.Locate(position);
        var reducing = at.Step < WorldSize - 1;
        var shard = Around(reducing ? Rank - at.Step : Rank + 1 - (at.Step - (WorldSize - 1)));
        var (offset, length) = _partition.Chunk(at, shard);
        var first = at.Step == 0;
        return new SendTransfer(
            FrameKind.Data,
            Phase(reducing),
            _partition.GlobalStep(at),
            (uint)at.Chunk,
            new Region(first ? BufferRole.Input : BufferRole.Output, offset, length),
            first ? -1 : 0,
            position - at.ChunksPerShard);
    }

    public override ReceiveTransfer GetReceive(int flow, long position)
    {
        var at = _partition.Locate(position);
        var reducing = at.Step < WorldSize - 1;
        var shard = Around(reducing ? Rank - at.Step - 1 : Rank - (at.Step - (WorldSize - 1)));
        var (offset, length) = _partition.Chunk(at, shard);
        return new ReceiveTransfer(
            FrameKind.Data,
            Phase(reducing),
            _partition.GlobalStep(at),
            (uint)at.Chunk,
            !reducing ? ReceiveAction.Copy : at.Step == WorldSize - 2 ? ReceiveAction.ReduceAndFinish : ReceiveAction.Reduce,
            new Region(BufferRole.Input, offset, length),
            new Region(BufferRole.Output, offset, length));
    }

    private static FramePhase Phase(bool reducing) => reducing ? FramePhase.ReduceScatter : FramePhase.AllGather;
}
