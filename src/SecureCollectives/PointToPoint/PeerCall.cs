using SecureCollectives.Framing;
using SecureCollectives.Transport.Loops;

namespace SecureCollectives.PointToPoint;

/// <summary>
/// A call to Send or Receive. It waits until the other rank has made the matching call, and then becomes the operation that moves the
/// data.
/// </summary>
internal abstract class PeerCall : Operation
{
    private readonly TaskCompletionSource<OperationFailure?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="shape">The elements to send or receive, and their tag. Its kind and number are unused.</param>
    /// <param name="bytes">The length of the buffer in bytes.</param>
    /// <param name="deadline">
    /// The time by which the other rank must have made the matching call, as a timestamp of the communicator's clock.
    /// </param>
    protected PeerCall(Envelope shape, long bytes, long deadline) => (Shape, Bytes, Deadline) = (shape, bytes, deadline);

    public override bool CallerDriven => false;

    public Envelope Shape { get; }

    public long Bytes { get; }

    public long Deadline { get; }

    /// <summary>Completes when the library no longer accesses the buffer, with the failure or null.</summary>
    public Task<OperationFailure?> Ended => _ended.Task;

    /// <summary>The descriptor that the operation sends to the other rank.</summary>
    public OperationDescriptor Descriptor => new(
        CollectiveCode.Send, Shape.Element, OperatorCode.None, AlgorithmCode.Direct, 0, Shape.Count, Shape.ElementBytes, Shape.Tag);

    public override void End(OperationFailure? failure) => _ended.TrySetResult(failure);

    /// <summary>Describes the elements to send or receive, for messages.</summary>
    public static string Words(in Envelope shape) =>
        $"{shape.Count} x {(shape.Element == ElementCode.Opaque ? $"{shape.ElementBytes} bytes" : $"{shape.Element}")}, tag {shape.Tag}";
}
