using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// What the collectives of the hierarchical ring share: every rank sends to the next rank of its host and to the same place on the next
/// host, and receives from those before. The ring of N ranks takes a step for each of them; these two take one for each host and one for
/// each rank of a host, with no more bytes through a host's interface.
/// </summary>
/// <remarks>
/// <para>Steps are numbered so that whatever a transfer waits for, by its prerequisites or in its own flow, has no higher number, and by
/// its prerequisites a lower one. So nothing waits in a circle, whatever a lane holds; and when ranks stop, the one that is waited for at
/// the lowest step of all waits for nobody: it is the culprit of a time-out.</para>
/// </remarks>
internal abstract class HierarchicalSchedule : Schedule
{
    /// <summary>The flows within the host, in <see cref="Schedule.Sends"/> and in <see cref="Schedule.Receives"/>.</summary>
    protected const int LocalFlow = 0;

    /// <summary>The flows between hosts.</summary>
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

    /// <summary>A place in the local flow on which nothing falls.</summary>
    protected static SendTransfer NothingToSend(FramePhase phase) => new(FrameKind.Data, phase, 0, 0, default, -1, 0);

    /// <summary>The same at the other end.</summary>
    protected static ReceiveTransfer NothingToReceive(FramePhase phase) =>
        new(FrameKind.Data, phase, 0, 0, ReceiveAction.Copy, default, new Region(BufferRole.Output, 0, 0));
}
