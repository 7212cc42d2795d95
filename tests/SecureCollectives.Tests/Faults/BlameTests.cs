using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Reduction;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Memory;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Faults;

/// <summary>A rank that comes late to an operation which the others have given up: it is blamed, and lacks what they stopped sending.</summary>
public sealed class BlameTests
{
    private const int World = 4;
    private const int Straggler = 2;

    [Fact]
    public void BlameSlowest_BlamedForTheStepItWaitsFor_StaysBlamed()
    {
        var failure = Settle(blamedForStep: 0);

        Assert.Equal((AbortReason.TimedOut, Straggler), (failure.Reason, failure.Culprit));
    }

    [Fact]
    public void BlameSlowest_BlamedForALaterStepThanItWaitsFor_NamesWhomItWaitsFor()
    {
        var failure = Settle(blamedForStep: 3);

        Assert.Equal((AbortReason.TimedOut, Straggler - 1), (failure.Reason, failure.Culprit));
    }

    /// <summary>The straggler's neighbours have sent nothing; the next rank says that it waited for the straggler since a step.</summary>
    private static OperationFailure Settle(uint blamedForStep)
    {
        using var next = Lane();
        using var previous = Lane();
        var run = new OperationRun(Straggler, World, 1, [new Link(Straggler + 1, [next]), new Link(Straggler - 1, [previous])], new LoopOptions(4096, 0));
        using var operation = new CallerOperation();
        operation.Assign(
            new RingAllReduce(Straggler, World, ElementCode.Float32, sizeof(float), OperatorCode.Sum, 10_000, 4096),
            TensorReducer<float>.For(ReduceOp.Sum),
            TimeSpan.FromMinutes(1));
        var buffers = new OperationBuffers(BufferView.Over<float>(new float[10_000]), BufferView.Over<float>(new float[10_000]));
        run.Begin(operation, buffers);

        run.FailByNotice(new AbortNotice(AbortReason.TimedOut, Straggler, 0, blamedForStep, Straggler + 1), Straggler + 1);
        run.IsSettling = true;
        run.BlameSlowest();
        return run.Failure!;
    }

    private static LinkLane Lane() => new(MemoryLane.CreatePair(4096).First, new PlaintextSealer(), new PlaintextOpener());
}
