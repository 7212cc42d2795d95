using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Sends blocks directly from each rank to their destination ranks. This implements AllToAll, Gather and Scatter and, with a reduction of
/// the received blocks, ReduceScatter, in which every rank then moves as little data as around a ring.
/// </summary>
/// <remarks>
/// At step k, rank r sends to rank r + k and receives from rank r - k, modulo N, for k from 1 to N - 1. All steps run concurrently. A block
/// is divided into chunks, where position p of its flow is chunk p; a small block is one message. Reductions proceed step by step, chunk
/// by chunk: the rank combines its own block with the one from rank r - 1, the result with the one from rank r - 2, and so on.
/// </remarks>
internal sealed class ExchangeSchedule : Schedule
{
    private readonly int _rank;
    private readonly int _worldSize;
    private readonly int _elementSize;
    private readonly ChunkCut _cut;
    private readonly FrameKind _kind;
    private readonly Block? _reducedInto;
    private readonly Block[] _sent;
    private readonly Block[] _received;
    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    /// <param name="rank">The rank of this worker, 0 to <paramref name="worldSize"/> - 1.</param>
    /// <param name="worldSize">The number of ranks in the communicator.</param>
    /// <param name="descriptor">Describes the call; its algorithm is exchange or message exchange.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="chunkBytes">The maximum number of bytes per chunk, rounded down to whole elements.</param>
    /// <param name="sends">
    /// Returns the block of the input that is sent to a rank; null if nothing is sent to it. For this rank: the block of the input that
    /// stays here.
    /// </param>
    /// <param name="receives">
    /// Returns the place in the output of a rank's block; null if that rank sends nothing. For this rank: the place of the block that stays
    /// here.
    /// </param>
    public ExchangeSchedule(int rank, int worldSize, OperationDescriptor descriptor, int elementSize, int chunkBytes,
        Func<int, Block?> sends, Func<int, Block?> receives)
    {
        _rank = rank;
        _worldSize = worldSize;
        _elementSize = elementSize;
        _kind = descriptor.Algorithm == AlgorithmCode.MessageExchange ? FrameKind.Message : FrameKind.Data;
        _cut = new ChunkCut(elementSize, chunkBytes);
        Descriptor = descriptor;
        var (to, from) = (Rounds(sends, step => rank + step), Rounds(receives, step => rank - step));
        (_sent, _sends) = ([.. to.Select(static round => round.Block)], [.. to.Select(round => new Flow(round.Peer, Chunks(round.Block)))]);
        (_received, _receives) = (
            [.. from.Select(static round => round.Block)], [.. from.Select(round => new Flow(round.Peer, Chunks(round.Block)))]);
        var (own, place) = (sends(rank), receives(rank));
        var reduces = descriptor.Operator != OperatorCode.None && worldSize > 1;
        _reducedInto = reduces ? own : null;
        if (own is { } kept && place is { } target && !reduces)
        {
            Local = new LocalCopy(kept.Start * elementSize, target.Start * elementSize, kept.Count * elementSize);
        }
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SentSpans SentSpans => _kind == FrameKind.Message ? SentSpans.AreOverwritten : SentSpans.StayUntilApplied;

    public override LocalCopy? Local { get; }

    public override SendTransfer GetSend(int flow, long position) =>
        new(_kind, Phase, StepTo(_sends[flow].Peer), (uint)position, Chunk(BufferRole.Input, _sent[flow], position), -1, 0);

    public override ReceiveTransfer GetReceive(int flow, long position)
    {
        var target = Chunk(BufferRole.Output, _received[flow], position);
        var step = StepFrom(_receives[flow].Peer);
        if (_reducedInto is not { } own)
        {
            return new ReceiveTransfer(_kind, Phase, step, (uint)position, ReceiveAction.Copy, default, target);
        }

        var action = flow == _receives.Length - 1 ? ReceiveAction.ReduceAndFinish : ReceiveAction.Reduce;
        return flow == 0
            ? new ReceiveTransfer(_kind, Phase, step, (uint)position, action, Chunk(BufferRole.Input, own, position), target)
            : new ReceiveTransfer(_kind, Phase, step, (uint)position, action, target, target, AfterFlow: flow - 1, AfterPosition: position);
    }

    private FramePhase Phase => _reducedInto is null ? FramePhase.AllGather : FramePhase.ReduceScatter;

    private (int Peer, Block Block)[] Rounds(Func<int, Block?> blockOf, Func<int, int> peerAt) =>
    [
        .. Enumerable.Range(1, _worldSize - 1).Select(step => RingNumber.Around(peerAt(step), _worldSize))
            .Where(peer => blockOf(peer) is not null).Select(peer => (peer, blockOf(peer)!.Value)),
    ];

    private uint StepTo(int peer) => (uint)RingNumber.Around(peer - _rank, _worldSize);

    private uint StepFrom(int peer) => (uint)RingNumber.Around(_rank - peer, _worldSize);

    private long Chunks(Block block) => _kind == FrameKind.Message ? 1 : _cut.Count(block.Count);

    private Region Chunk(BufferRole buffer, Block block, long position) => _kind == FrameKind.Message
        ? new Region(buffer, block.Start * _elementSize, checked((int)(block.Count * _elementSize)))
        : _cut.Chunk(buffer, block.Start, block.Count, position);
}
