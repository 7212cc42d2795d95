using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Ring ReduceScatter: N - 1 steps. At step s, rank r sends block r - s - 1 to the next rank and receives block r - s - 2 from the previous
/// one, which it reduces with its own input. Block r is complete at rank r after the last step. Only one rank of each host sends to
/// another host, and sends no more than any other rank; in an exchange, every rank of the host would send that much to other hosts.
/// </summary>
/// <remarks>
/// Partial results need memory: the output has the length of the input, and this rank's block of it is the result. Windows are cut from the
/// blocks, as in AllGather.
/// </remarks>
internal sealed class RingReduceScatter : RingSchedule
{
    private readonly RingPartition _partition;
    private readonly long _blockBytes;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator, at least two.</param>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="elements">The number and size of the elements of one rank's block.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="part">The elements of each block that this schedule moves: one channel's.</param>
    public RingReduceScatter(int rank, int worldSize, OperationDescriptor descriptor, Elements elements, int chunkBytes, ElementRange part)
        : this(rank, worldSize, descriptor, new RingPartition(part, elements.Size, 1, worldSize - 1, chunkBytes)) =>
        _blockBytes = elements.Bytes;

    private RingReduceScatter(int rank, int worldSize, OperationDescriptor descriptor, RingPartition partition)
        : base(rank, worldSize, descriptor, partition.Transfers) =>
        _partition = partition;

    public override SendTransfer GetSend(int flow, long position)
    {
        var at = _partition.Locate(position);
        var first = at.Step == 0;
        return new SendTransfer(
            FrameKind.Data,
            FramePhase.ReduceScatter,
            _partition.GlobalStep(at),
            (uint)at.Chunk,
            Chunk(first ? BufferRole.Input : BufferRole.Output, Rank - at.Step - 1, at),
            first ? -1 : 0,
            position - at.ChunksPerShard);
    }

    public override ReceiveTransfer GetReceive(int flow, long position)
    {
        var at = _partition.Locate(position);
        var block = Rank - at.Step - 2;
        return new ReceiveTransfer(
            FrameKind.Data,
            FramePhase.ReduceScatter,
            _partition.GlobalStep(at),
            (uint)at.Chunk,
            at.Step == WorldSize - 2 ? ReceiveAction.ReduceAndFinish : ReceiveAction.Reduce,
            Chunk(BufferRole.Input, block, at),
            Chunk(BufferRole.Output, block, at));
    }

    private Region Chunk(BufferRole buffer, int block, in RingPosition at)
    {
        var (offset, length) = _partition.Chunk(at, 0);
        return new Region(buffer, (Around(block) * _blockBytes) + offset, length);
    }
}
