using SecureCollectives.Collectives;
using SecureCollectives.Framing;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Links;
using SecureCollectives.Transport.Loops;
using SecureCollectives.Transport.Memory;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.Tests.Collectives;

/// <summary>
/// The operation number that a cancellation reports. The other ranks use it to decide whether their operation can still succeed.
/// </summary>
public sealed class CancellationRequestTests
{
    private static readonly Schedule Barrier = new DoublingBarrier(
        0, 2, new OperationDescriptor(CollectiveCode.Barrier, ElementCode.None, OperatorCode.None, AlgorithmCode.RecursiveDoubling, 0, 0));

    /// <summary>The token fires after the call has begun, but before its operation is queued behind others.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Fire_BeforeTheOperationIsQueued_NamesTheNumberThatItWouldHaveHad(int queued)
    {
        await using var loop = Create();
        var channels = new ChannelSet([loop]);
        for (var i = 0; i < queued; i++)
        {
            Assert.Null(loop.Start(new PendingOperation()));
        }

        var operation = new PendingOperation();
        new CancellationRequest(channels).Watch(operation, new CancellationToken(canceled: true));

        Assert.Equal((AbortReason.Cancelled, 0, (ulong)queued), Told(loop));
        Assert.Same(loop.Queue.Failure, loop.Start(operation));
    }

    /// <summary>Operation objects are reused: the number of the previous call must not be reported.</summary>
    [Fact]
    public async Task Fire_OperationUsedBefore_NamesItsNewNumber()
    {
        await using var loop = Create();
        var channels = new ChannelSet([loop]);
        var operation = new PendingOperation();
        Assert.Null(loop.Start(operation));
        Assert.Null(loop.Start(new PendingOperation()));
        operation.Assign(Barrier, null, TimeSpan.FromMinutes(1));
        new CancellationRequest(channels).Watch(operation, new CancellationToken(canceled: true));

        Assert.Equal((AbortReason.Cancelled, 0, 2UL), Told(loop));
    }

    [Fact]
    public async Task Fire_QueuedOperation_NamesItsNumber()
    {
        await using var loop = Create();
        var channels = new ChannelSet([loop]);
        var operation = new PendingOperation();
        using var token = new CancellationTokenSource();
        new CancellationRequest(channels).Watch(operation, token.Token);
        Assert.Null(loop.Start(new PendingOperation()));
        Assert.Null(loop.Start(operation));
        Assert.Null(loop.Start(new PendingOperation()));
        await token.CancelAsync();

        Assert.Equal((AbortReason.Cancelled, 0, 1UL), Told(loop));
    }

    private static (AbortReason Reason, int Culprit, ulong Operation) Told(Loop loop) =>
        (loop.Queue.Failure!.Reason, loop.Queue.Failure.Culprit, loop.Queue.Failure.Operation);

    /// <summary>Creates a loop whose peer never sends anything.</summary>
    private static Loop Create() => new(
        "cancelled", 0, 2, 1,
            [new Link(1, [new LinkLane(MemoryLane.CreatePair(4096).First, new PlaintextSealer(), new PlaintextOpener())])],
                new LoopOptions(4096, 0));

    private sealed class PendingOperation : Operation
    {
        public PendingOperation() => Assign(Barrier, null, TimeSpan.FromMinutes(1));

        public override bool CallerDriven => false;

        public override OperationBuffers OpenBuffers() => new(BufferView.Over<byte>([]), BufferView.Over<byte>([]));

        public override void End(OperationFailure? failure)
        {
        }
    }
}
