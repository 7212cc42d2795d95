using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.PointToPoint;

/// <summary>A call whose caller waits, and keeps its buffer in place meanwhile.</summary>
/// <inheritdoc cref="PeerCall(Envelope, long, long)"/>
/// <param name="shape">What is sent or received.</param>
/// <param name="deadline">Until when the other rank must have called.</param>
/// <param name="buffer">What is sent, or takes what is received.</param>
internal sealed class PinnedCall(Envelope shape, long deadline, PinnedBuffer buffer) : PeerCall(shape, buffer.Length, deadline)
{
    private readonly PinnedBuffer _buffer = buffer;

    public override OperationBuffers OpenBuffers() => new(BufferView.Over(_buffer), BufferView.Over(_buffer));
}
