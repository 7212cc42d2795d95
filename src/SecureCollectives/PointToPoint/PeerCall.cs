using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>
/// A call of Send or Receive: waits until the other rank has made its own, and is then the operation that moves the data.
/// </summary>
internal abstract class PeerCall : Operation
{
    private readonly TaskCompletionSource<OperationFailure?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="shape">What is sent or received, and under which tag; its kind and number mean nothing.</param>
    /// <param name="bytes">Bytes of the buffer.</param>
    /// <param name="deadline">Until when the other rank must have called, on the clock of whoever waits.</param>
    protected PeerCall(Envelope shape, long bytes, long deadline) => (Shape, Bytes, Deadline) = (shape, bytes, deadline);

    public override bool CallerDriven => false;

    public Envelope Shape { get; }

    public long Bytes { get; }

    public long Deadline { get; }

    /// <summary>Completes when nobody touches the buffer any more: with why it failed, or null.</summary>
    public Task<OperationFailure?> Ended => _ended.Task;

    /// <summary>What its operation tells the other rank.</summary>
    public OperationDescriptor Descriptor => new(
        CollectiveCode.Send, Shape.Element, OperatorCode.None, AlgorithmCode.Direct, 0, Shape.Count, Shape.ElementBytes, Shape.Tag);

    public override void End(OperationFailure? failure) => _ended.TrySetResult(failure);

    /// <summary>What is sent or received, for people.</summary>
    public static string Words(in Envelope shape) =>
        $"{shape.Count} x {(shape.Element == ElementCode.Opaque ? $"{shape.ElementBytes} bytes" : $"{shape.Element}")}, tag {shape.Tag}";
}
