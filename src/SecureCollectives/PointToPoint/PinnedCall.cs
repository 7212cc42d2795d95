using SecureCollectives.Framing;
using SecureCollectives.Transport.Schedules;

namespace SecureCollectives.PointToPoint;

/// <summary>A call whose caller blocks and keeps its buffer pinned until the call ends.</summary>
/// <inheritdoc cref="PeerCall(Envelope, long, long)"/>
/// <param name="shape">The elements to send or receive, and their tag.</param>
/// <param name="deadline">
/// The time by which the other rank must have made the matching call, as a timestamp of the communicator's clock.
/// </param>
/// <param name="buffer">The caller's buffer to send from or receive into.</param>
internal sealed class PinnedCall(Envelope shape, long deadline, PinnedBuffer buffer) : PeerCall(shape, buffer.Length, deadline)
{
    private readonly PinnedBuffer _buffer = buffer;

    public override OperationBuffers OpenBuffers() => new(BufferView.Over(_buffer), BufferView.Over(_buffer));
}
