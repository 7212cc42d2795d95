using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Transport.Memory;

/// <summary>
/// A lane between two loops of one process, made of two bounded byte rings. Runs schedules without a network, in tests and simulations.
/// </summary>
internal sealed class MemoryLane : Lane
{
    private readonly ByteRing _outgoing;
    private readonly ByteRing _incoming;

    private MemoryLane(ByteRing outgoing, ByteRing incoming)
    {
        _outgoing = outgoing;
        _incoming = incoming;
    }

    public override int Descriptor => -1;

    /// <summary>Creates both ends of a lane.</summary>
    /// <param name="capacity">The number of bytes that each direction holds before its sender would block.</param>
    public static (MemoryLane First, MemoryLane Second) CreatePair(int capacity)
    {
        var forth = new ByteRing(capacity);
        var back = new ByteRing(capacity);
        return (new MemoryLane(forth, back), new MemoryLane(back, forth));
    }

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        if (head.IsEmpty)
        {
            return _outgoing.TryWrite(body, out sent);
        }

        var outcome = _outgoing.TryWrite(head, out sent);
        if (outcome == LaneOutcome.Moved && sent == head.Length && !body.IsEmpty
            && _outgoing.TryWrite(body, out var more) == LaneOutcome.Moved)
        {
            sent += more;
        }

        return outcome;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received) => _incoming.TryRead(destination, out received);

    public override void EndSending() => _outgoing.End();

    public override void AttachSignal(Action raise)
    {
        _outgoing.Attach(null, raise);
        _incoming.Attach(raise, null);
    }

    public override void Dispose()
    {
        _outgoing.End();
        _incoming.Break();
    }
}
