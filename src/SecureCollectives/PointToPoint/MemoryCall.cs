using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.PointToPoint;

/// <summary>A call over the caller's <see cref="Memory{T}"/>.</summary>
/// <inheritdoc cref="PeerCall(Envelope, long, long)"/>
/// <param name="shape">The elements to send or receive, and their tag.</param>
/// <param name="bytes">The length of the buffer in bytes.</param>
/// <param name="deadline">
/// The time by which the other rank must have made the matching call, as a timestamp of the communicator's clock.
/// </param>
/// <param name="input">The elements to send; empty for a Receive.</param>
/// <param name="output">Receives the elements; empty for a Send.</param>
internal sealed class MemoryCall<T>(
    Envelope shape, long bytes, long deadline, ReadOnlyMemory<T> input, Memory<T> output) : PeerCall(shape, bytes, deadline)
    where T : unmanaged
{
    public override OperationBuffers OpenBuffers() => new(BufferView.OverReadOnly(input.Span), BufferView.Over(output.Span));
}
