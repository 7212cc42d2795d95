using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Reduce along a chain that ends at the root: the rank after the root sends its elements to the next rank, which combines them with its
/// own and forwards the result, chunk by chunk, so that all links are busy at once. Every link carries the buffer once.
/// </summary>
internal sealed class ChainReduce : Schedule
{
    private readonly ElementRange _part;
    private readonly ChunkCut _cut;
    private readonly long _outputStart;
    private readonly bool _isFirst;
    private readonly bool _isRoot;
    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call, including its root; the same on all ranks.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="part">The elements that this schedule moves: one channel's part of a segment.</param>
    /// <param name="outputStart">
    /// On ranks other than the root, where the output holds the partial results of one segment, the index of the element at its start.
    /// </param>
    public ChainReduce(int rank, int worldSize, OperationDescriptor descriptor, int elementSize, int chunkBytes, ElementRange part,
        long outputStart)
    {
        Descriptor = descriptor;
        _part = part;
        _cut = new ChunkCut(elementSize, chunkBytes);
        var place = RingNumber.Around(rank - (int)descriptor.Root - 1, worldSize);
        var chunks = _cut.Count(part.Count);
        (_isFirst, _isRoot) = (place == 0, place == worldSize - 1);
        _outputStart = _isRoot ? 0 : outputStart;
        _sends = _isRoot ? [] : [new Flow(RingNumber.Around(rank + 1, worldSize), chunks)];
        _receives = _isFirst ? [] : [new Flow(RingNumber.Around(rank - 1, worldSize), chunks)];
        Local = worldSize == 1 ? new LocalCopy(part.Start * elementSize, part.Start * elementSize, part.Count * elementSize) : null;
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override LocalCopy? Local { get; }

    public override SendTransfer GetSend(int flow, long position) =>
        new(FrameKind.Data, FramePhase.ReduceScatter, 0, (
            uint)position, Chunk(_isFirst ? BufferRole.Input : BufferRole.Output, position), _isFirst ? -1 : 0, position);

    public override ReceiveTransfer GetReceive(int flow, long position) => new(
        FrameKind.Data,
        FramePhase.ReduceScatter,
        0,
        (uint)position,
        _isRoot ? ReceiveAction.ReduceAndFinish : ReceiveAction.Reduce,
        Chunk(BufferRole.Input, position),
        Chunk(BufferRole.Output, position));

    private Region Chunk(BufferRole buffer, long position) =>
        _cut.Chunk(buffer, _part.Start - (buffer == BufferRole.Output ? _outputStart : 0), _part.Count, position);
}
