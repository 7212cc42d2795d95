using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Base class of the collectives over a hierarchical ring: every rank sends to the next rank of its host and to the rank with its local
/// rank on the next host, and receives from the previous ones. A single ring of N ranks takes a step per rank; the two rings take a step
/// per host and a step per rank of a host, with no more bytes through a host's network interface.
/// </summary>
/// <remarks>
/// <para>Steps are numbered so that a transfer's prerequisites have lower step numbers than the transfer, and earlier transfers of its own
/// flow have no higher ones. Circular waits are therefore impossible, however much a lane buffers. When ranks stall, the rank awaited at
/// the lowest step is not waiting for any other, so it is the culprit of the timeout.</para>
/// </remarks>
internal abstract class HierarchicalSchedule : Schedule
{
    /// <summary>The index of the flow within the host, in <see cref="Schedule.Sends"/> and <see cref="Schedule.Receives"/>.</summary>
    protected const int LocalFlow = 0;

    /// <summary>The index of the flow between hosts.</summary>
    protected const int HostFlow = 1;

    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    protected HierarchicalSchedule(HierarchicalShape shape, OperationDescriptor descriptor, long localTransfers, long hostTransfers)
    {
        Shape = shape;
        Descriptor = descriptor;
        _sends = [new Flow(shape.NextLocal, localTransfers), new Flow(shape.NextHost, hostTransfers)];
        _receives = [new Flow(shape.PreviousLocal, localTransfers), new Flow(shape.PreviousHost, hostTransfers)];
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    protected HierarchicalShape Shape { get; }

    public override SendTransfer GetSend(int flow, long position) => flow == LocalFlow ? GetLocalSend(position) : GetHostSend(position);

    public override ReceiveTransfer GetReceive(int flow, long position) =>
        flow == LocalFlow ? GetLocalReceive(position) : GetHostReceive(position);

    protected abstract SendTransfer GetLocalSend(long position);

    protected abstract ReceiveTransfer GetLocalReceive(long position);

    protected abstract SendTransfer GetHostSend(long position);

    protected abstract ReceiveTransfer GetHostReceive(long position);

    /// <summary>Returns the transfer for an empty place in the local flow.</summary>
    protected static SendTransfer NothingToSend(FramePhase phase) => new(FrameKind.Data, phase, 0, 0, default, -1, 0);

    /// <summary>Returns the receiving end of an empty place in the local flow.</summary>
    protected static ReceiveTransfer NothingToReceive(FramePhase phase) =>
        new(FrameKind.Data, phase, 0, 0, ReceiveAction.Copy, default, new Region(BufferRole.Output, 0, 0));
}
