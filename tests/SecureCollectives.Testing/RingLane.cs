using SecureCollectives.Transport.Lanes;

namespace SecureCollectives.Testing;

/// <summary>A memory-lending lane between two loops in one process, which counts its traffic.</summary>
internal sealed class RingLane : LendingLane
{
    private readonly LendingRing _outgoing;
    private readonly LendingRing _incoming;
    private readonly RingTraffic _traffic;
    private long _left;

    private RingLane(LendingRing outgoing, LendingRing incoming, RingTraffic traffic, long cutAfter) =>
        (_outgoing, _incoming, _traffic, _left) = (outgoing, incoming, traffic, cutAfter);

    public override int Descriptor => -1;

    public override int LongestLoan => _outgoing.Capacity;

    /// <param name="capacity">The capacity of each direction, in bytes.</param>
    /// <param name="traffic">Counts the bytes that both ends move.</param>
    /// <param name="cutAfter">The number of bytes that the first end sends before the connection is cut.</param>
    public static (RingLane First, RingLane Second) CreatePair(int capacity, RingTraffic traffic, long cutAfter = long.MaxValue)
    {
        var (forth, back) = (new LendingRing(capacity), new LendingRing(capacity));
        return (new RingLane(forth, back, traffic, cutAfter), new RingLane(back, forth, traffic, long.MaxValue));
    }

    public override LaneOutcome TryReserve(int length, out Span<byte> room) => _outgoing.TryReserve(length, out room);

    public override void Commit(int length)
    {
        var sent = (int)Math.Min(length, _left);
        _outgoing.Commit(sent);
        _traffic.Committed(sent);
        _left -= sent;
        if (_left == 0)
        {
            // Bytes sent before the cut arrive; after it, nothing arrives in either direction.
            _outgoing.End();
            _incoming.Break();
            _traffic.Cut();
        }
    }

    public override LaneOutcome TryPeek(int length, out ReadOnlySpan<byte> bytes) => _incoming.TryPeek(length, out bytes);

    public override void Release(int length)
    {
        _incoming.Release(length);
        _traffic.Released(length);
    }

    public override LaneOutcome TrySend(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, out int sent)
    {
        sent = Math.Min(head.Length + body.Length, _outgoing.Count().Room);
        var outcome = _outgoing.TryReserve(sent, out var room);
        if (outcome != LaneOutcome.Moved || sent == 0)
        {
            sent = 0;
            return outcome == LaneOutcome.Moved ? LaneOutcome.WouldBlock : outcome;
        }

        var ofHead = Math.Min(head.Length, sent);
        head[..ofHead].CopyTo(room);
        body[..(sent - ofHead)].CopyTo(room[ofHead..]);
        _outgoing.Commit(sent);
        _traffic.Copied(sent);
        return LaneOutcome.Moved;
    }

    public override LaneOutcome TryReceive(Span<byte> destination, out int received)
    {
        received = Math.Clamp(_incoming.Count().There, 1, destination.Length);
        var outcome = _incoming.TryPeek(received, out var bytes);
        if (outcome != LaneOutcome.Moved)
        {
            received = 0;
            return outcome;
        }

        bytes.CopyTo(destination);
        _incoming.Release(received);
        _traffic.Copied(received);
        return LaneOutcome.Moved;
    }

    public override void EndSending() => _outgoing.End();

    public override void AttachSignal(Action raise)
    {
        _outgoing.AttachWriter(raise);
        _incoming.AttachReader(raise);
    }

    public override void Dispose()
    {
        _outgoing.End();
        _incoming.Break();
    }
}
