using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Broadcast along a chain: the root sends to the next rank, and each rank forwards to the next, chunk by chunk, so that all links are busy
/// at once. Every link carries the buffer once, which is the least that a rank can receive.
/// </summary>
internal sealed class ChainBroadcast : Schedule
{
    private readonly ElementRange _part;
    private readonly ChunkCut _cut;
    private readonly bool _isRoot;
    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call, including its root; the same on all ranks.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="part">The elements that this schedule moves: one channel's.</param>
    public ChainBroadcast(int rank, int worldSize, OperationDescriptor descriptor, int elementSize, int chunkBytes, ElementRange part)
    {
        Descriptor = descriptor;
        _part = part;
        _cut = new ChunkCut(elementSize, chunkBytes);
        var place = RingNumber.Around(rank - (int)descriptor.Root, worldSize);
        var chunks = _cut.Count(part.Count);
        _isRoot = place == 0;
        _sends = place == worldSize - 1 ? [] : [new Flow(RingNumber.Around(rank + 1, worldSize), chunks)];
        _receives = _isRoot ? [] : [new Flow(RingNumber.Around(rank - 1, worldSize), chunks)];
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SendTransfer GetSend(int flow, long position) =>
        new(FrameKind.Data, FramePhase.AllGather, 0, (
            uint)position, Chunk(_isRoot ? BufferRole.Input : BufferRole.Output, position), _isRoot ? -1 : 0, position);

    public override ReceiveTransfer GetReceive(int flow, long position) =>
        new(FrameKind.Data, FramePhase.AllGather, 0, (uint)position, ReceiveAction.Copy, default, Chunk(BufferRole.Output, position));

    private Region Chunk(BufferRole buffer, long position) => _cut.Chunk(buffer, _part.Start, _part.Count, position);
}
