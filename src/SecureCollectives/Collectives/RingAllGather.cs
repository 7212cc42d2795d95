using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Ring AllGather: N - 1 steps. At step s, rank r sends the shard of rank r - s to the next rank and receives that of rank r - s - 1 from
/// the previous one. The first step sends from the caller's input and copies what it sends to the output; all others forward from the
/// output.
/// </summary>
/// <remarks>
/// Windows are cut from the shards: window w contains the same slice of every rank's shard. A rank copies its own shard chunk by chunk as
/// it sends it. Copying it beforehand delayed the first send: between two ranks on a machine with 512 KiB of L2 cache per core, AllGather
/// of 16 MiB in plaintext then took a fifth to a third longer (the benchmark's <c>--world 2 --collectives allgather</c>).
/// </remarks>
internal sealed class RingAllGather : RingSchedule
{
    private readonly RingPartition _partition;
    private readonly long _shardBytes;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="elements">The number and size of the elements of one rank's shard.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="part">The elements of each shard that this schedule moves: one channel's. Null for all.</param>
    public RingAllGather(int rank, int worldSize, OperationDescriptor descriptor, Elements elements, int chunkBytes,
        ElementRange? part = null)
        : this(rank, worldSize, descriptor, new RingPartition(part ?? elements.Range, elements.Size, 1, worldSize - 1, chunkBytes)) =>
        _shardBytes = elements.Bytes;

    private RingAllGather(int rank, int worldSize, OperationDescriptor descriptor, RingPartition partition)
        : base(rank, worldSize, descriptor, partition.Transfers) =>
        _partition = partition;

    /// <summary>With a single rank, the shard is the result.</summary>
    public override LocalCopy? Local => WorldSize == 1 ? new LocalCopy(0, 0, _shardBytes) : null;

    public override SendTransfer GetSend(int flow, long position)
    {
        var at = _partition.Locate(position);
        var (offset, length) = _partition.Chunk(at, 0);
        var first = at.Step == 0;
        var place = InOutput(Around(Rank - at.Step), offset, length);
        return new SendTransfer(
            FrameKind.Data,
            FramePhase.AllGather,
            _partition.GlobalStep(at),
            (uint)at.Chunk,
            first ? new Region(BufferRole.Input, offset, length) : place,
            first ? -1 : 0,
            position - at.ChunksPerShard,
            KeptAt: first ? place.Offset : -1);
    }

    public override ReceiveTransfer GetReceive(int flow, long position)
    {
        var at = _partition.Locate(position);
        var (offset, length) = _partition.Chunk(at, 0);
        return new ReceiveTransfer(
            FrameKind.Data,
            FramePhase.AllGather,
            _partition.GlobalStep(at),
            (uint)at.Chunk,
            ReceiveAction.Copy,
            default,
            InOutput(Around(Rank - at.Step - 1), offset, length));
    }

    private Region InOutput(int owner, long offset, int length) => new(BufferRole.Output, (owner * _shardBytes) + offset, length);
}
