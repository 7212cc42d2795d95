using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Ring Barrier: N - 1 tokens to the next rank, each after one from the previous rank. Rank r's token of step s says that ranks r - s to r have entered; after
/// N - 1 steps every rank knows it of all.
/// </summary>
internal sealed class RingBarrier(int rank, int worldSize) : RingSchedule(
    rank,
    worldSize,
    new OperationDescriptor(CollectiveCode.Barrier, ElementCode.None, OperatorCode.None, AlgorithmCode.Ring, 0, 0),
    worldSize - 1)
{
    public override SendTransfer GetSend(int flow, long position) =>
        new(FrameKind.Barrier, FramePhase.None, (uint)position, 0, default, position == 0 ? -1 : 0, position - 1);

    public override ReceiveTransfer GetReceive(int flow, long position) =>
        new(FrameKind.Barrier, FramePhase.None, (uint)position, 0, ReceiveAction.Copy, default, default);
}
