using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// AllGather of small shards by recursive doubling: in each round a rank sends all shards that it holds and receives as many others.
/// </summary>
internal sealed class DoublingAllGather : DoublingSchedule
{
    private readonly int _shardBytes;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="shardBytes">The length of one rank's shard in bytes.</param>
    public DoublingAllGather(int rank, int worldSize, OperationDescriptor descriptor, int shardBytes)
        : base(rank, worldSize, descriptor) =>
        _shardBytes = shardBytes;

    public override LocalCopy? Local => new LocalCopy(0, (long)Shape.Rank * _shardBytes, _shardBytes);

    protected override (FramePhase Phase, Region Source) Send(int step) =>
        (FramePhase.AllGather, IsFoldIn(step)
            ? Shards(Shape.Rank, 1) : IsFoldOut(step) ? Shards(0, WorldSize) : Held(step, Shape.CoreRank));

    protected override ReceiveTransfer Receive(int step)
    {
        var target = IsFoldIn(step) ? Shards(Shape.Pair, 1)
            : IsFoldOut(step) ? Shards(0, WorldSize)
            : Held(step, Shape.CoreRank ^ (1 << (step - 1)));
        return new ReceiveTransfer(default, FramePhase.AllGather, 0, 0, ReceiveAction.Copy, default, target);
    }

    private Region Held(int step, int coreRank)
    {
        var (first, count) = Shape.HeldBefore(step - 1, coreRank);
        return Shards(first, count);
    }

    private Region Shards(int first, int count) => new(BufferRole.Output, (long)first * _shardBytes, count * _shardBytes);
}
