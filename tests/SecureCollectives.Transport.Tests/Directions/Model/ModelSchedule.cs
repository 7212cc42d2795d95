using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Transport.Tests.Directions.Model;

/// <summary>An operation in which two ranks do the same, with the same number of transfers in each direction.</summary>
internal sealed class ModelSchedule : Schedule
{
    public const int PayloadLength = 8;

    private readonly Flow[] _flows;
    private readonly bool _holdsBuffers;
    private readonly Region _region;

    private ModelSchedule(int number, int rank, long transfers, bool holdsBuffers, int payloadLength)
    {
        _flows = [new Flow(1 - rank, transfers)];
        _holdsBuffers = holdsBuffers;
        _region = new Region(BufferRole.Output, 0, payloadLength);
        Descriptor = new OperationDescriptor(
            CollectiveCode.AllReduce, ElementCode.Int32, OperatorCode.Sum, AlgorithmCode.Ring, 0, (ulong)number);
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _flows;

    public override ReadOnlySpan<Flow> Receives => _flows;

    public override SentSpans SentSpans => _holdsBuffers ? SentSpans.StayUntilApplied : SentSpans.AreOverwritten;

    /// <summary>Creates transfers like those around a ring of two: each sends the data that the previous one received.</summary>
    public static ModelSchedule Held(int number, int rank, long transfers) =>
        new(number, rank, transfers, holdsBuffers: true, PayloadLength);

    /// <summary>Creates an operation like a small AllReduce: one message each way, whose answer overwrites the sent data.</summary>
    public static ModelSchedule Message(int number, int rank) => new(number, rank, 1, holdsBuffers: false, PayloadLength);

    public static ModelSchedule Barrier(int number, int rank) => new(number, rank, 1, holdsBuffers: false, 0);

    public override SendTransfer GetSend(int flow, long position) => _holdsBuffers
        ? new SendTransfer(FrameKind.Data, FramePhase.AllGather, (uint)position, 0, _region, position == 0 ? -1 : 0, position - 1)
        : new SendTransfer(FrameKind.Message, FramePhase.ReduceScatter, (uint)position, 0, _region, -1, 0);

    public override ReceiveTransfer GetReceive(int flow, long position) => _holdsBuffers
        ? new ReceiveTransfer(FrameKind.Data, FramePhase.AllGather, (uint)position, 0, ReceiveAction.Copy, default, _region)
        : new ReceiveTransfer(FrameKind.Message, FramePhase.ReduceScatter, (uint)position, 0, ReceiveAction.Copy, default, _region,
            AfterSend: position);
}
