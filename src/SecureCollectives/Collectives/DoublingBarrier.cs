using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Barrier by recursive doubling, with empty messages: a rank that has received them all knows that every rank has entered.
/// </summary>
internal sealed class DoublingBarrier(
    int rank, int worldSize, OperationDescriptor descriptor) : DoublingSchedule(rank, worldSize, descriptor)
{
    protected override (FramePhase Phase, Region Source) Send(int step) => (FramePhase.None, default);

    protected override ReceiveTransfer Receive(int step) => new(default, FramePhase.None, 0, 0, ReceiveAction.Copy, default, Nothing);

    private static Region Nothing => new(BufferRole.Output, 0, 0);
}
