using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.PointToPoint;

/// <summary>Moves one envelope between this rank and another, in one direction.</summary>
/// <param name="peer">The other rank, as a rank of the job.</param>
/// <param name="sends">Whether this rank sends the envelope; otherwise it receives it.</param>
internal sealed class EnvelopeSchedule(int peer, bool sends) : Schedule
{
    private readonly Flow[] _sends = sends ? [new Flow(peer, 1)] : [];
    private readonly Flow[] _receives = sends ? [] : [new Flow(peer, 1)];

    public override OperationDescriptor Descriptor { get; } =
        new(CollectiveCode.Envelope, ElementCode.UInt8, OperatorCode.None, AlgorithmCode.Direct, 0, Envelope.Length);

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SentSpans SentSpans => SentSpans.AreOverwritten;

    public override SendTransfer GetSend(int flow, long position) =>
        new(FrameKind.Message, FramePhase.AllGather, 0, 0, new Region(BufferRole.Input, 0, Envelope.Length), -1, 0);

    public override ReceiveTransfer GetReceive(int flow, long position) =>
        new(FrameKind.Message, FramePhase.AllGather, 0, 0, ReceiveAction.Copy, default, new Region(BufferRole.Output, 0, Envelope.Length));
}
