using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// AllReduce of small buffers by recursive doubling: log2 N messages of the whole buffer, instead of the ring's 2 (N - 1) steps. At each
/// step both partners combine the same two values, so all ranks compute the same bits.
/// </summary>
internal sealed class DoublingAllReduce : DoublingSchedule
{
    private readonly int _bytes;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call; the same on all ranks.</param>
    /// <param name="bytes">The length of the buffer in bytes.</param>
    public DoublingAllReduce(int rank, int worldSize, OperationDescriptor descriptor, int bytes)
        : base(rank, worldSize, descriptor) =>
        _bytes = bytes;

    /// <summary>With a single rank, the input is the result.</summary>
    public override LocalCopy? Local => WorldSize == 1 ? new LocalCopy(0, 0, _bytes) : null;

    protected override (FramePhase Phase, Region Source) Send(int step) =>
        (IsFoldOut(step) ? FramePhase.AllGather : FramePhase.ReduceScatter, Whole(IsFirst(step) ? BufferRole.Input : BufferRole.Output));

    protected override ReceiveTransfer Receive(int step)
    {
        if (IsFoldOut(step))
        {
            return new ReceiveTransfer(default, FramePhase.AllGather, 0, 0, ReceiveAction.Copy, default, Whole(BufferRole.Output));
        }

        return new ReceiveTransfer(
            default,
            FramePhase.ReduceScatter,
            0,
            0,
            step == Shape.Rounds ? ReceiveAction.ReduceAndFinishAlike : ReceiveAction.Reduce,
            Whole(IsFirst(step) ? BufferRole.Input : BufferRole.Output),
            Whole(BufferRole.Output),
            OperandIsLeft: Shape.Rank < PartnerAt(step));
    }

    /// <summary>Returns whether a step is the first, before which the output holds no value.</summary>
    private bool IsFirst(int step) => IsFoldIn(step) || (step == 1 && !Shape.IsInPair);

    private int PartnerAt(int step) => IsFoldIn(step) ? Shape.Pair : Shape.PartnerIn(step - 1);

    private Region Whole(BufferRole buffer) => new(buffer, 0, _bytes);
}
