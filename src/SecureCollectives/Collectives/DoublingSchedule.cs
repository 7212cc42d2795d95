using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Collectives;

/// <summary>
/// Base class of the recursive-doubling collectives, which send one message to each peer and receive one from it, in consecutive steps.
/// Step 0 folds in, steps 1 to R are the core's rounds, and step R + 1 folds out. Recursive doubling is for small operations: it takes few
/// steps, each of which sends everything.
/// </summary>
internal abstract class DoublingSchedule : Schedule
{
    private const int FoldIn = 0;

    private readonly Flow[] _sends;
    private readonly Flow[] _receives;

    protected DoublingSchedule(int rank, int worldSize, OperationDescriptor descriptor)
    {
        WorldSize = worldSize;
        Descriptor = descriptor;
        Shape = new DoublingShape(rank, worldSize);
        var rounds = Enumerable.Range(0, Shape.IsInCore ? Shape.Rounds : 0).Select(round => new Flow(Shape.PartnerIn(round), 1)).ToArray();
        Flow[] pair = Shape.IsInPair ? [new Flow(Shape.Pair, 1)] : [];
        _sends = Shape.IsInCore ? [.. rounds, .. pair] : pair;
        _receives = [.. pair, .. rounds];
    }

    public override OperationDescriptor Descriptor { get; }

    public override ReadOnlySpan<Flow> Sends => _sends;

    public override ReadOnlySpan<Flow> Receives => _receives;

    public override SentSpans SentSpans => SentSpans.AreOverwritten;

    protected DoublingShape Shape { get; }

    protected int WorldSize { get; }

    /// <summary>The number of receive flows before that of the first round.</summary>
    private int FoldedFlows => Shape.IsInPair ? 1 : 0;

    public override SendTransfer GetSend(int flow, long position)
    {
        var step = !Shape.IsInCore ? FoldIn : flow + 1;
        var (phase, source) = Send(step);

        // Each step sends the result of the previous step.
        var after = Shape.IsInCore ? FoldedFlows + flow - 1 : -1;
        return new SendTransfer(FrameKind.Message, phase, (uint)step, 0, source, after, 0);
    }

    public override ReceiveTransfer GetReceive(int flow, long position)
    {
        var step = !Shape.IsInCore ? Shape.Rounds + 1 : flow + 1 - FoldedFlows;
        return Receive(step) with { Kind = FrameKind.Message, Step = (uint)step, AfterSend = step == FoldIn ? -1 : 0 };
    }

    /// <summary>Returns the phase and the source of the message sent at a step.</summary>
    protected abstract (FramePhase Phase, Region Source) Send(int step);

    /// <summary>Returns how a step's message is applied. The caller fills in kind, step and prerequisite.</summary>
    protected abstract ReceiveTransfer Receive(int step);

    protected static bool IsFoldIn(int step) => step == FoldIn;

    protected bool IsFoldOut(int step) => step > Shape.Rounds;
}
