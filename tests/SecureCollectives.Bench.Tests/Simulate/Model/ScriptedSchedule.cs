using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Bench.Tests.Simulate.Model;

/// <summary>A schedule with exactly the transfers that a test lists.</summary>
internal sealed class ScriptedSchedule(
    (int Peer, SendTransfer[] Transfers)[] sends, (int Peer, ReceiveTransfer[] Transfers)[] receives,
        SentSpans sentSpans = SentSpans.StayUntilApplied) : Schedule
{
    private readonly Flow[] _sends = [.. sends.Select(flow => new Flow(flow.Peer, flow.Transfers.Length))];
    private readonly Flow[] _receives = [.. receives.Select(flow => new Flow(flow.Peer, flow.Transfers.Length))];

    public override OperationDescriptor Descriptor => default;

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SentSpans SentSpans => sentSpans;

    public LocalCopy? Own { get; init; }

    public override LocalCopy? Local => Own;

    public static SendTransfer Send(
        int bytes, uint step = 0, int afterFlow = -1, long afterPosition = 0, FrameKind kind = FrameKind.Data) =>
        new(kind, FramePhase.AllGather, step, 0, new Region(BufferRole.Input, 0, bytes), afterFlow, afterPosition);

    public static ReceiveTransfer Receive(
        int bytes, uint step = 0, ReceiveAction action = ReceiveAction.Copy, long afterSend = -1, FrameKind kind = FrameKind.Data) =>
        new(kind, FramePhase.AllGather, step, 0, action, new Region(
            BufferRole.Input, 0, bytes), new Region(BufferRole.Output, 0, bytes), afterSend);

    public override SendTransfer GetSend(int flow, long position) => sends[flow].Transfers[position];

    public override ReceiveTransfer GetReceive(int flow, long position) => receives[flow].Transfers[position];
}
