using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.PointToPoint;

/// <summary>A call over the caller's memory.</summary>
/// <inheritdoc cref="PeerCall(Envelope, long, long)"/>
/// <param name="shape">What is sent or received.</param>
/// <param name="bytes">Bytes of the buffer.</param>
/// <param name="deadline">Until when the other rank must have called.</param>
/// <param name="input">What is sent.</param>
/// <param name="output">Takes what is received.</param>
internal sealed class MemoryCall<T>(
    Envelope shape, long bytes, long deadline, ReadOnlyMemory<T> input, Memory<T> output) : PeerCall(shape, bytes, deadline)
    where T : unmanaged
{
    public override OperationBuffers OpenBuffers() => new(BufferView.OverReadOnly(input.Span), BufferView.Over(output.Span));
}
