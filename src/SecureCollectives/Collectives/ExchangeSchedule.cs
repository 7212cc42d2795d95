using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Blocks that go straight from each rank to those that they are for, with nobody between: all that AllToAll, Gather and Scatter are. Where
/// what comes is reduced it is ReduceScatter, and every rank moves as little as around a ring.
/// </summary>
/// <remarks>
/// At step k rank r sends to rank r + k and receives from rank r - k, counted modulo N, k from 1 to N - 1. All steps run at the same time.
/// A block is cut into chunks, of which position p of its flow is number p; or it is small, and one message. Reductions go step by step,
/// chunk by chunk: what came from rank r - 1 is combined with the rank's own block, then what came from rank r - 2 with that, and so on.
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

    /// <param name="rank">This rank.</param>
    /// <param name="worldSize">Ranks.</param>
    /// <param name="descriptor">The call, by exchange or by message exchange.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="chunkBytes">Bytes of a chunk.</param>
    /// <param name="sends">For each rank what of the input it is sent; null where it is sent nothing. For this rank: what of the input
    /// stays here.</param>
    /// <param name="receives">For each rank where in the output its block goes; null where it sends nothing. For this rank: where what
    /// stays here goes.</param>
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
