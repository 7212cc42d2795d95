using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>Broadcast of a small buffer down a binomial tree: one message per edge, to the largest subtree first.</summary>
internal sealed class TreeBroadcast : Schedule
{
    private readonly int _bytes;
    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call, including its root; the same on all ranks.</param>
    /// <param name="bytes">The length of the buffer in bytes.</param>
    public TreeBroadcast(int rank, int worldSize, OperationDescriptor descriptor, int bytes)
    {
        Descriptor = descriptor;
        _bytes = bytes;
        var shape = new TreeShape(rank, worldSize, (int)descriptor.Root);
        _sends = [.. shape.Children.Reverse().Select(static child => new Flow(child, 1))];
        _receives = shape.Parent is { } parent ? [new Flow(parent, 1)] : [];
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SentSpans SentSpans => SentSpans.AreOverwritten;

    public override SendTransfer GetSend(int flow, long position) =>
        new(FrameKind.Message, FramePhase.AllGather, 0, 0, new Region(
            _receives is [] ? BufferRole.Input : BufferRole.Output, 0, _bytes), _receives.Length - 1, 0);

    public override ReceiveTransfer GetReceive(int flow, long position) =>
        new(FrameKind.Message, FramePhase.AllGather, 0, 0, ReceiveAction.Copy, default, new Region(BufferRole.Output, 0, _bytes));
}
