using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Reduce of a small buffer up a binomial tree: one message per edge. A rank combines its own elements with those of its subtrees, the
/// smallest first, so that elements are combined in rank order, counted from the root.
/// </summary>
internal sealed class TreeReduce : Schedule
{
    private readonly int _bytes;
    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call, including its root; the same on all ranks.</param>
    /// <param name="bytes">The length of the buffer in bytes. The output holds partial results on every rank that has a subtree.</param>
    public TreeReduce(int rank, int worldSize, OperationDescriptor descriptor, int bytes)
    {
        Descriptor = descriptor;
        _bytes = bytes;
        var shape = new TreeShape(rank, worldSize, (int)descriptor.Root);
        _sends = shape.Parent is { } parent ? [new Flow(parent, 1)] : [];
        _receives = [.. shape.Children.Select(static child => new Flow(child, 1))];
        Local = worldSize == 1 ? new LocalCopy(0, 0, bytes) : null;
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SentSpans SentSpans => SentSpans.AreOverwritten;

    public override LocalCopy? Local { get; }

    public override SendTransfer GetSend(int flow, long position) =>
        new(FrameKind.Message, FramePhase.ReduceScatter, 0, 0, Whole(
            _receives is [] ? BufferRole.Input : BufferRole.Output), _receives.Length - 1, 0);

    public override ReceiveTransfer GetReceive(int flow, long position) => new(
        FrameKind.Message,
        FramePhase.ReduceScatter,
        0,
        0,
        _sends is [] && flow == _receives.Length - 1 ? ReceiveAction.ReduceAndFinish : ReceiveAction.Reduce,
        Whole(flow == 0 ? BufferRole.Input : BufferRole.Output),
        Whole(BufferRole.Output),
        AfterFlow: flow - 1,
        OperandIsLeft: true);

    private Region Whole(BufferRole buffer) => new(buffer, 0, _bytes);
}
